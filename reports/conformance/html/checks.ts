import { html } from 'hono/html';
import { counted, formatMs, requirementText } from '../../document/index.ts';
import { type Column, type Html, type Section, status, table } from '../../render/html/index.ts';
import type { CheckResult, ConformanceResult } from '../../schema/index.ts';

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

/** Which prove nothing, and what each would need. */
export function skipped({ checks }: ConformanceResult): Section[] {
  const those = checks.filter(isSkipped);
  if (those.length === 0) return [];
  const columns: Column<CheckResult>[] = [
    CHECK,
    { head: 'Why', cell: ({ reason }) => html`<span class="why">${reason}</span>` },
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

const CHECK: Column<CheckResult> = {
  head: 'Check',
  cell: ({ title, id }) => html`${title}<br><code>${id}</code>`,
};
const REQUIREMENTS: Column<CheckResult> = {
  head: 'Requirements',
  cell: ({ requirements }) => html`<span class="why">${requirements.map(requirementText).join(', ')}</span>`,
};

const areaTable = (area: string, checks: readonly CheckResult[]): Html =>
  table<CheckResult>(
    `Checks of ${area}`,
    [
      CHECK,
      { head: 'Verdict', cell: ({ verdict }) => status(verdict, TONE[verdict]) },
      {
        head: 'Evidence',
        cell: (check) => html`${evidenceLines(check).map((line) => html`<span class="why">${line}</span>`)}`,
      },
      { head: 'Severity', cell: ({ severity }) => severity },
      REQUIREMENTS,
      { head: 'Time', cell: ({ durationMs }) => formatMs(durationMs), numeric: true },
    ],
    checks,
  );

const TONE = { PASS: 'good', FAIL: 'bad', INCONCLUSIVE: 'bad', VOID: 'bad', SKIPPED: 'quiet' } as const;

/** What a pass rests on; of any other verdict, what decided it. */
const evidenceLines = ({ verdict, claims, controls, reason, remarks }: CheckResult): string[] => [
  verdict === 'PASS' ? `${counted(claims, 'claim')}, ${counted(controls, 'control')}` : reason,
  ...remarks,
];
