import { environmentBlock } from '../document/content/index.ts';
import {
  counted,
  figureColumns,
  figures,
  formatCount,
  formatMs,
  formatSeconds,
  note,
  type Report,
  requirementText,
  type Section,
  statement,
  type Table,
  type Tone,
  table,
  wordColumns,
} from '../document/index.ts';
import type { CheckResult, ConformanceResult, PromiseResult } from '../schema/index.ts';
import { failures } from './failures.ts';

type Checks = readonly CheckResult[];

/**
 * What a conformance run says: how many checks hold, of what that is a proof, and what shows that others do not.
 *
 * @param attachments texts by path below the run's folder, as the witnesses name them: drawn timelines become part of the
 *   page, other files are linked
 */
export function conformanceReport(
  result: ConformanceResult,
  attachments: Readonly<Record<string, string>>,
): Report {
  const { runId, startedAt, verdict, reproduce, schemaVersion, checks } = result;
  return {
    name: 'conformance run',
    ...{ runId, startedAt, verdict, reproduce },
    opening: answers(result),
    sections: [
      failures(checks, attachments),
      promises(result),
      checksByArea(checks.filter(({ verdict }) => verdict !== 'SKIPPED')),
      skipped(checks.filter(({ verdict }) => verdict === 'SKIPPED')),
      setup(result),
    ],
    origin: `conformance schema version ${schemaVersion}, which lies beside this page with junit.xml and results.sarif`,
  };
}

const passed = (checks: Checks): number => checks.filter(({ verdict }) => verdict === 'PASS').length;

function answers(result: ConformanceResult): Report['opening'] {
  const { checks, doubts, target, cleanUp, startedAt, finishedAt } = result;
  const sum = (figure: 'claims' | 'controls') => checks.reduce((total, check) => total + check[figure], 0);
  const areas = [...Map.groupBy(checks, ({ area }) => area)].map(
    ([area, ofArea]) => `${area} ${passed(ofArea)} of ${ofArea.length}`,
  );
  const tally = verdictCounts(checks).map(([verdict, count]) => `${formatCount(count)} ${verdict}`);
  return [
    ...figures('Result', [
      [`${formatCount(passed(checks))} of ${formatCount(checks.length)}`, 'checks hold'],
      [
        formatCount(sum('claims')),
        `${sum('claims') === 1 ? 'claim' : 'claims'}, beside ${counted(sum('controls'), 'control')}`,
      ],
      [formatSeconds((Date.parse(finishedAt) - Date.parse(startedAt)) / 1000), 'from first to last'],
    ]),
    ...statement('Checks', tally.length > 0 ? [tally.join(', ')] : ['none was run']),
    ...statement('By area', areas.length > 0 ? [areas.join(', ')] : []),
    // The page and the summary have a table of these.
    ...statement('Skipped', skipReasons(checks), ['terminal']),
    ...statement('Promises', promiseStatements(result), ['terminal']),
    ...statement('Doubts', doubts),
    ...statement('Target', [
      target.name === target.adapter ? target.name : `${target.name}, described as ${target.adapter}`,
    ]),
    ...statement('Cleaned up', cleanUp ? [cleanUpStatement(cleanUp)] : []),
  ];
}

/** How many checks ended in each verdict, the worst first; those that did not occur are left out. */
const verdictCounts = (checks: Checks): [CheckResult['verdict'], number][] =>
  (['FAIL', 'VOID', 'INCONCLUSIVE', 'PASS', 'SKIPPED'] as const)
    .map((wanted): [CheckResult['verdict'], number] => [
      wanted,
      checks.filter(({ verdict }) => verdict === wanted).length,
    ])
    .filter(([, count]) => count > 0);

/** `12: needs planned faults`, the commonest first. */
function skipReasons(checks: Checks): string[] {
  const those = Map.groupBy(
    checks.filter(({ verdict }) => verdict === 'SKIPPED'),
    ({ reason }) => reason,
  );
  return [...those]
    .toSorted(([, some], [, others]) => others.length - some.length)
    .map(([reason, { length }]) => `${length}: ${reason}`);
}

/** `9 held`, `1 broken: versions`: those that were held need no names. */
const promiseStatements = ({ promises }: ConformanceResult): string[] =>
  [...Map.groupBy(promises, ({ state }) => state)].map(([state, those]) =>
    state === 'held'
      ? `${those.length} held`
      : `${those.length} ${state}: ${those.map(({ name }) => name).join(', ')}`,
  );

function cleanUpStatement({ removed, left }: NonNullable<ConformanceResult['cleanUp']>): string {
  const [first] = left;
  if (!first) return `${formatCount(removed)} documents removed, none left`;
  const example = `${first.collection}/${first.id} of ${first.account}, because ${first.why}`;
  return `${formatCount(removed)} documents removed, ${formatCount(left.length)} left, as ${example}; all are in result.json`;
}

const TONE_OF_PROMISE: Readonly<Record<PromiseResult['state'], Tone>> = {
  held: 'good',
  broken: 'bad',
  open: 'bad',
  'not promised': 'quiet',
  'not judgeable here': 'quiet',
};

/** What the checks say of each promise. */
const promises = ({ promises: those }: ConformanceResult): Section => ({
  id: 'promises',
  title: 'Promises',
  blocks: ifAny(those, [
    note(
      'What a Worker does not promise is not judged. A promise is held when every check that judged it has passed.',
    ),
    ...table({
      caption: 'Promises',
      columns: [...wordColumns('The Worker promises', 'State'), ...figureColumns('Checks')],
      rows: those.map(({ name, text, state, checks }) => [
        { text, id: name },
        { text: state, tone: TONE_OF_PROMISE[state] },
        formatCount(checks.length),
      ]),
    }),
  ]),
});

const ifAny = (those: readonly unknown[], blocks: Section['blocks']): Section['blocks'] =>
  those.length > 0 ? blocks : [];

/** Every check that was judged, in the order in which it was made. */
const checksByArea = (judged: Checks): Section => ({
  id: 'checks',
  title: 'Checks by area',
  blocks: ifAny(judged, [
    note(
      'A claim is what a check proves; a control shows that the claim could have failed. Method and source of each check are in result.json.',
    ),
    ...[...Map.groupBy(judged, ({ area }) => area)].flatMap(([area, checks]) =>
      table(checkTable(`Checks of ${area}`, checks), {
        title: area,
        paragraphs: true,
        in: ['page', 'summary', 'terminal'],
      }),
    ),
  ]),
});

/** Which prove nothing, and what each would need. */
const skipped = (checks: Checks): Section => ({
  id: 'skipped',
  title: 'Skipped',
  blocks: ifAny(checks, [
    note('These checks were not made, so that they prove nothing.'),
    ...table(checkTable('Skipped checks', checks), { paragraphs: true, in: ['page', 'summary', 'terminal'] }),
  ]),
});

const TONE = { PASS: 'good', FAIL: 'bad', INCONCLUSIVE: 'bad', VOID: 'bad', SKIPPED: 'quiet' } as const;

/** What a pass rests on; of any other verdict, what decided it. In the terminal the figures stand beside the id. */
const checkTable = (caption: string, checks: Checks): Table => ({
  caption,
  columns: [
    ['Check', 'left', { widthPercent: 32 }],
    ['Verdict', 'left', { widthPercent: 14 }],
    ['Evidence', 'left', { in: ['page', 'summary'] }],
    ['Severity', 'left', { widthPercent: 9, in: ['page', 'summary'] }],
    ['Requirements', 'left', { in: ['page', 'summary'] }],
    ['Found', 'left', { in: ['terminal'] }],
    ['Proof', 'right', { in: ['terminal'] }],
    ['Time', 'right', { widthPercent: 9 }],
  ],
  rows: checks.map((check) => {
    const { id, title, verdict, reason, remarks, severity, requirements, durationMs } = check;
    const proof = `${counted(check.claims, 'claim')}, ${counted(check.controls, 'control')}`;
    return [
      { text: title, id },
      { text: verdict, tone: TONE[verdict] },
      [verdict === 'PASS' ? proof : reason, ...remarks],
      severity,
      [requirements.map(requirementText).join(', ')],
      [...(verdict === 'PASS' ? [] : [reason]), ...remarks],
      proof,
      formatMs(durationMs),
    ];
  }),
});

function setup(result: ConformanceResult): Section {
  const { target, seed, effort, only } = result;
  return {
    id: 'setup',
    title: 'Setup',
    folded: true,
    blocks: [
      {
        kind: 'facts',
        title: 'Run',
        facts: [
          ['Target', target.name],
          ['System', target.adapter],
          ['Kind of target', target.kind],
          ...target.accounts.map(({ role, id }) => [`Account ${role}`, id] as const),
          ['Seed', String(seed)],
          ['Effort', effort],
          ['Chosen checks', only.length > 0 ? only.join(', ') : 'all'],
        ],
      },
      environmentBlock(result),
    ],
  };
}
