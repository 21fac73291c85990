import { html } from 'hono/html';
import { counted, formatMs, requirementText } from '../../document/index.ts';
import { type Column, type Html, type Section, status, table } from '../../render/html/index.ts';
import type { CheckResult, ConformanceResult, PromiseResult } from '../../schema/index.ts';

/** A column of a table. */
const column = <Row>(head: string, show: Column<Row>['cell'], kind?: 'numeric'): Column<Row> => ({
  head,
  cell: show,
  ...(kind && { numeric: true }),
});

const isSkipped = ({ verdict }: CheckResult): boolean => verdict === 'SKIPPED';

/** Every check that was judged, in the order in which it was made. */
export function checksByArea({ checks }: ConformanceResult): Section[] {
  const judged = checks.filter((check) => !isSkipped(check));
  if (judged.length === 0) return [];
  const areas = Map.groupBy(judged, ({ area }) => area);
  return [
    {
      id: 'checks',
      title: 'Checks by area',
      body: html`<p>A claim is what a check proves; a control shows that the claim could have failed. Method and source of each check are in result.json.</p>
${[...areas].map(([area, ofArea]) => html`<h3>${area}</h3><div class="checks">${areaTable(area, ofArea)}</div>`)}`,
    },
  ];
}

/** What the checks say of each promise. */
export function promises({ promises: those }: ConformanceResult): Section[] {
  if (those.length === 0) return [];
  const columns: Column<PromiseResult>[] = [
    column('The Worker promises', ({ text, name }) => html`${text}<br><code>${name}</code>`),
    column('State', ({ state }) => status(state, TONE_OF_PROMISE[state])),
    column('Checks', ({ checks }) => String(checks.length), 'numeric'),
  ];
  return [
    {
      id: 'promises',
      title: 'Promises',
      body: html`<p>What a Worker does not promise is not judged. A promise is held when every check that judged it has passed.</p>${table('Promises', columns, those)}`,
    },
  ];
}

/** Which prove nothing, and what each would need. */
export function skipped({ checks }: ConformanceResult): Section[] {
  const those = checks.filter(isSkipped);
  if (those.length === 0) return [];
  const columns: Column<CheckResult>[] = [
    CHECK,
    column('Why', ({ reason }) => html`<span class="why">${reason}</span>`),
    REQUIREMENTS,
  ];
  return [
    {
      id: 'skipped',
      title: 'Skipped',
      body: html`<p>These checks were not made, so that they prove nothing.</p>${table('Skipped checks', columns, those)}`,
    },
  ];
}

const CHECK: Column<CheckResult> = column('Check', ({ title, id }) => html`${title}<br><code>${id}</code>`);
const REQUIREMENTS: Column<CheckResult> = column(
  'Requirements',
  ({ requirements }) => html`<span class="why">${requirements.map(requirementText).join(', ')}</span>`,
);

const areaTable = (area: string, checks: readonly CheckResult[]): Html =>
  table<CheckResult>(
    `Checks of ${area}`,
    [
      CHECK,
      column('Verdict', ({ verdict }) => status(verdict, TONE[verdict])),
      column(
        'Evidence',
        (check) => html`${evidenceLines(check).map((line) => html`<span class="why">${line}</span>`)}`,
      ),
      column('Severity', ({ severity }) => severity),
      REQUIREMENTS,
      column('Time', ({ durationMs }) => formatMs(durationMs), 'numeric'),
    ],
    checks,
  );

const TONE_OF_PROMISE = {
  held: 'good',
  broken: 'bad',
  open: 'bad',
  'not promised': 'quiet',
  'not judgeable here': 'quiet',
} as const;
const TONE = { PASS: 'good', FAIL: 'bad', INCONCLUSIVE: 'bad', VOID: 'bad', SKIPPED: 'quiet' } as const;

/** What a pass rests on; of any other verdict, what decided it. */
const evidenceLines = ({ verdict, claims, controls, reason, remarks }: CheckResult): string[] => [
  verdict === 'PASS' ? `${counted(claims, 'claim')}, ${counted(controls, 'control')}` : reason,
  ...remarks,
];
