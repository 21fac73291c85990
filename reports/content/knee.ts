import { formatCount, formatMs, formatPercent, formatSeconds } from '../format.ts';
import type { Interval95, Knee } from '../schema/index.ts';
import type { Table } from './table.ts';

/** The largest load that is sustained, in users and in requests per second, with its interval where there is one. */
export function sustainedStatement(knee: Knee): [users: string, rate: string, ...people: string[]] {
  return [...sustained(knee), ...officeStatements(knee)];
}

/** The same rate in people at work; none in runs from before this was told. */
function officeStatements({ state, officeUsers }: Knee): string[] {
  if (!officeUsers) return [];
  const { virtualUsers, interval: bounds, meanThinkTimeMs } = officeUsers;
  const people = `${formatCount(Math.round(virtualUsers))} people at work${interval(bounds)}`;
  const pace = `who ask once in ${formatSeconds(meanThinkTimeMs / 1000)}`;
  return [`as by ${state === 'beyond' ? 'at least ' : ''}${people}, ${pace}`];
}

function sustained(knee: Knee): [users: string, rate: string] {
  const users = `${formatCount(Math.round(knee.virtualUsers))} virtual users`;
  const rate = `${formatCount(knee.requestsPerSecond)} requests/s`;
  return knee.state === 'beyond'
    ? [`at least ${users}: the ladder ended before anything gave way`, `at least ${rate}`]
    : [
        `${users}${interval(knee.virtualUsersInterval)}`,
        `${rate}${interval(knee.requestsPerSecondInterval)}`,
      ];
}

const interval = (bounds: Interval95 | null): string =>
  bounds === null ? '' : ` (${intervalStatement(bounds)})`;

export const intervalStatement = ({ low, high }: Interval95): string =>
  `95 % interval ${formatCount(Math.round(low))} to ${formatCount(Math.round(high))}`;

/** What gave way first, and what the busiest database allows (utilisation law): one clause each. */
export function limitStatements({ state, limitedBy, databaseBound }: Knee): string[] {
  const first = state === 'found' ? [`first to give way: ${limitedBy}`] : [];
  if (databaseBound === null) return first;
  const { database, requestsPerSecond, agrees } = databaseBound;
  const most = `${database} can serve ${formatCount(requestsPerSecond)} requests/s (1 / mean service time)`;
  return [...first, `${most}, ${agrees ? 'which agrees' : 'so that one of the two figures is wrong'}`];
}

/** Each rung of the ladder, after its warm-up. */
export function rungTable({ rungs }: Knee): Table {
  return {
    caption: 'Rungs of the ladder',
    columns: [
      ['Virtual users', 'left'],
      ['Objectives', 'left'],
      ['Requests/s', 'right'],
      ['Mean', 'right'],
      ['p95', 'right'],
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
      formatPercent(rung.failureShare * 100),
      formatSeconds(rung.warmUpSeconds),
      formatSeconds(rung.usedSeconds),
    ]),
  };
}
