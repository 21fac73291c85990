import { decide, type Signal, signal, type Verdict } from '../../reports/index.ts';
import type { AppliedMigration } from './run-migration.ts';
import type { SampledRequests } from './sample-requests.ts';

/** D1 ends a query, and a whole batch, after 30 s (developers.cloudflare.com/d1/platform/limits). */
export const D1_LIMIT_SECONDS = 30;
/**
 * D1's processor and disk are not this machine's, and nobody has published how they compare: what takes a third of the limit here
 * will be within it there, what takes three times as long will not, and between them nothing follows.
 */
export const MARGIN = 3;
/**
 * The page on D1's limits says that a statement which changes hundreds of thousands of rows can exceed them, and to change 1,000 at
 * a time: a bound that does not depend on any machine.
 */
const ROWS_AT_ONCE = 100_000;

export interface RehearsedRequests {
  readonly before: SampledRequests;
  readonly during: SampledRequests;
  readonly after: SampledRequests;
}

/** What speaks for and against doing it so. */
export function rehearsalSignals(applied: AppliedMigration, requests: RehearsedRequests): Signal[] {
  const { ended, statements } = applied;
  const seconds = applied.longestTransactionMs / 1_000;
  const longest = {
    title: 'Longest transaction',
    kind: 'objective',
    unit: 's',
    comparison: 'at most',
  } as const;
  const rows = {
    observed: Math.max(0, ...statements.map(({ mostChangedAtOnce }) => mostChangedAtOnce)),
    ...({
      title: 'Rows that one statement changes',
      kind: 'objective',
      unit: 'rows',
      comparison: 'at most',
    } as const),
  };
  const machine =
    "The time is of this machine's SQLite, not of D1: under a third of D1's 30 s it is taken for safe, and over three times of it for " +
    'too long.';
  const failures = { kind: 'objective', unit: 'requests', comparison: 'at most', bound: 0 } as const;
  return [
    signal({
      id: 'accepted',
      title: ended && !ended.isTooLong ? `D1 refused it (${ended.why})` : 'Statements that D1 refuses',
      kind: 'objective',
      observed: ended && !ended.isTooLong ? 1 : 0,
      bound: 0,
      comparison: 'at most',
      unit: '',
      onBreach: 'FAIL',
      why: 'What SQLite refuses with D1’s restrictions, D1 refuses: lengths, functions, constraints, transactions.',
    }),
    signal({
      id: 'within-limit',
      ...longest,
      observed: seconds,
      bound: D1_LIMIT_SECONDS * MARGIN,
      onBreach: 'FAIL',
      why: machine,
    }),
    signal({
      id: 'rows-at-once',
      ...rows,
      bound: ROWS_AT_ONCE * MARGIN,
      onBreach: 'FAIL',
      why: "D1's page on limits: a statement that changes hundreds of thousands of rows can exceed them; change 1,000 at a time.",
    }),
    signal({
      id: 'requests-after',
      title: 'Requests that failed once it was done',
      ...failures,
      observed: requests.after.failed,
      onBreach: 'FAIL',
      why: 'The Worker that is deployed must go on with what the migration leaves behind.',
    }),
    signal({
      id: 'requests-seen',
      title: 'Requests before, meanwhile and after',
      kind: 'validity',
      observed: Math.min(requests.before.count, requests.after.count),
      bound: 1,
      comparison: 'at least',
      unit: 'requests',
      onBreach: 'VOID',
      why: 'Where nobody asked, nothing shows what people would have seen.',
    }),
    signal({
      id: 'works-before',
      title: 'Requests that failed before it began',
      ...failures,
      kind: 'validity',
      observed: requests.before.failed,
      onBreach: 'VOID',
      why: 'A Worker that does not work to begin with shows nothing about a migration.',
    }),
    signal({
      id: 'clear-of-limit',
      ...longest,
      observed: seconds,
      bound: D1_LIMIT_SECONDS / MARGIN,
      onBreach: 'INCONCLUSIVE',
      why: machine,
    }),
    signal({
      id: 'few-rows-at-once',
      ...rows,
      bound: Math.floor(ROWS_AT_ONCE / MARGIN),
      onBreach: 'INCONCLUSIVE',
      why: 'The page says hundreds of thousands, and not where they begin.',
    }),
    signal({
      id: 'requests-during',
      title: 'Requests that failed meanwhile',
      ...failures,
      observed: requests.during.failed,
      onBreach: 'INCONCLUSIVE',
      why: 'They wait while D1 is at work, which serves one request at a time; how long is a matter of the machine, and how long they may is D1’s secret.',
    }),
  ];
}

/** What an attempt comes to. One that was given up occupies the database to its end: nobody is served after it. */
export const judged = (
  applied: AppliedMigration,
  requests: RehearsedRequests,
): { signals: Signal[]; verdict: Verdict } => {
  const all = rehearsalSignals(applied, requests);
  const signals = applied.ended?.isTooLong
    ? all.filter(({ id }) => !['requests-after', 'requests-seen'].includes(id))
    : all;
  return { signals, verdict: decide(signals) };
};
