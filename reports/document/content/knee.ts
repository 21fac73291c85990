import type { Bracket, Knee } from '../../schema/index.ts';
import type { Table } from '../index.ts';
import { formatCount, formatMs, formatPercent, formatSeconds } from '../index.ts';

/** The largest load that is sustained, in users and in requests per second, with its bracket where there is one. */
export function sustainedStatement(knee: Knee): [users: string, rate: string, ...people: string[]] {
  return [...sustained(knee), ...officeStatements(knee)];
}

/** The same rate in people at work; none in runs from before this was told. */
function officeStatements({ state, officeUsers }: Knee): string[] {
  if (!officeUsers) return [];
  const { virtualUsers, bracket, meanThinkTimeMs } = officeUsers;
  const people = `${formatCount(Math.round(virtualUsers))} people at work${inBrackets(bracket)}`;
  const pace = `who ask once in ${formatSeconds(meanThinkTimeMs / 1000)}`;
  return [`as by ${state === 'beyond' ? 'at least ' : ''}${people}, ${pace}`];
}

function sustained(knee: Knee): [users: string, rate: string] {
  const users = `${formatCount(Math.round(knee.virtualUsers))} virtual users`;
  const rate = `${formatCount(knee.requestsPerSecond)} requests/s`;
  return knee.state === 'beyond'
    ? [`at least ${users}: the ladder ended before anything gave way`, `at least ${rate}`]
    : [
        `${users}${inBrackets(knee.virtualUsersBracket)}`,
        `${rate}${inBrackets(knee.requestsPerSecondBracket)}`,
      ];
}

const inBrackets = (bracket: Bracket | null): string =>
  bracket === null ? '' : ` (${bracketStatement(bracket)})`;

/** The two rungs that enclose the knee: no word of confidence, which they do not have. */
export function bracketStatement({ low, high }: Bracket): string {
  const from = low === 0 ? 'below' : `bracket ${formatCount(Math.round(low))} to`;
  return high === null
    ? low === 0
      ? 'no rung is clearly below or above'
      : `bracket ${formatCount(Math.round(low))} and up`
    : `${from} ${formatCount(Math.round(high))}`;
}

/** What gave way first, and what the busiest database allows (utilisation law): one clause each. */
export function limitStatements(knee: Knee): string[] {
  const { state, limitedBy, databaseBound } = knee;
  const first = state === 'found' ? [`first to give way: ${limitedBy}`] : [];
  if (databaseBound === null) return first;
  const { database, requestsPerSecond } = databaseBound;
  const most = `${database} can serve ${formatCount(requestsPerSecond)} requests/s (1 / mean service time)`;
  return [...first, most, comparisonStatement(databaseBound, knee)];
}

/** The two rates were found in two ways: where they differ, which is the larger one says what to look at. */
function comparisonStatement(
  { requestsPerSecond: bound, agrees }: NonNullable<Knee['databaseBound']>,
  { requestsPerSecond: sustained, state }: Knee,
): string {
  const share = formatPercent((100 * sustained) / bound);
  if (agrees) return `${share} of that is sustained: the two agree within a quarter`;
  if (sustained > bound) return `${share} of that is sustained: one of the two figures is wrong`;
  return state === 'beyond'
    ? `the ladder ended at ${share} of that`
    : `${share} of that is sustained: waiting, or a part in front of it, was the limit`;
}

/** The rungs after their warm-up: those up to the first that missed an objective, and those from there on. */
export function rungTables(knee: Knee): [upToLimit: Table, beyond: Table] {
  const limit = knee.rungs.findIndex(({ withinObjectives }) => !withinObjectives);
  const end = limit === -1 ? knee.rungs.length : limit;
  return [
    rungTable('Rungs of the ladder', knee.rungs.slice(0, end)),
    rungTable('Beyond the limit', knee.rungs.slice(end)),
  ];
}

function rungTable(caption: string, rungs: Knee['rungs']): Table {
  const told = rungs.some((rung) => rung.modelledP95Ms !== undefined || rung.foreignCpuPercent !== undefined);
  return {
    caption,
    columns: [
      ['Virtual users', 'left'],
      ['Objectives', 'left'],
      ['Requests/s', 'right'],
      ['Mean', 'right'],
      ['p95', 'right'],
      ...(told ? [['Model alone', 'right'] as const, ['Others', 'right'] as const] : []),
      ['Failed', 'right'],
      ['Warm-up cut off', 'right'],
      ['Used', 'right'],
    ],
    rows: rungs.map((rung) => [
      formatCount(rung.virtualUsers),
      rung.withinObjectives ? 'met' : 'missed',
      formatCount(rung.requestsPerSecond),
      formatMs(rung.meanMs),
      formatMs(rung.p95Ms),
      ...(told
        ? [
            rung.modelledP95Ms === undefined ? '–' : formatMs(rung.modelledP95Ms),
            rung.foreignCpuPercent === undefined ? '–' : formatPercent(rung.foreignCpuPercent),
          ]
        : []),
      formatPercent(rung.failureShare * 100),
      formatSeconds(rung.warmUpSeconds),
      formatSeconds(rung.usedSeconds),
    ]),
  };
}
