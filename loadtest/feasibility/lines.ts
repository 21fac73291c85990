import type { Copy } from '../../reference-worker/target/index.ts';
import { formatCount, formatPercent } from '../../reports/document/index.ts';
import { changesFor, isKept, roundOf, type Words } from './arithmetic.ts';
import type { SimulatedCopy } from './simulation.ts';

const UNITS = [
  ['day', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** As in `15 min`, `8.33 h` and `521 days`. */
export function inWords(ms: number): string {
  const [unit, length] = UNITS.find(([, each]) => ms >= each * (each === 86_400_000 ? 2 : 1)) ?? ['ms', 1];
  return `${formatCount(ms / length)} ${unit === 'day' ? 'days' : unit}`;
}

const words: Words = { count: formatCount, duration: inWords };

/** Whether what is promised of a copy can be kept, by the arithmetic and by what was simulated. */
export const canBeKept = (copy: Copy, { oldestMs }: SimulatedCopy): boolean =>
  isKept(copy) && oldestMs <= copy.freshWithinMs;

/** What the command prints of one copy. */
export function linesOf(name: string, copy: Copy, simulated: SimulatedCopy): readonly string[] {
  const { documents, perCall, refresh, look, budget, freshWithinMs } = copy;
  const { calls, durationMs, limit } = roundOf(copy);
  const kept = canBeKept(copy, simulated);
  const { age, oldestMs, withinPromise, mostCallsInPeriod } = simulated;
  return [
    `${name}: every change in the upstream shows within ${inWords(freshWithinMs)}`,
    `  ${formatCount(documents)} documents, ${formatCount(perCall)} with a call; ${formatCount(refresh.documentsPerRun)} a run every ${inWords(refresh.everyMs)}` +
      `${look ? `, and what is looked at when it is older than ${inWords(look.olderThanMs)}` : ''}`,
    `  at most ${formatCount(budget.calls)} calls in any ${inWords(budget.withinMs)}`,
    '',
    '  By arithmetic',
    `    one round        ${inWords(durationMs)}, because of the ${limit}; ${formatCount(calls)} calls`,
    `    promised         ${inWords(freshWithinMs)}: ${kept ? 'kept' : `1 document in ${formatCount(Math.max(1, durationMs / freshWithinMs))} is as fresh as promised`}`,
    '',
    `  ${inWords(simulated.durationMs)} simulated, all fresh at first: ${formatCount(simulated.runs)} runs, ${formatCount(simulated.calls)} calls`,
    `    refreshed        ${formatCount(simulated.refreshed)} documents`,
    `    age at the end   p50 ${inWords(age.p50Ms)}, p95 ${inWords(age.p95Ms)}, p99 ${inWords(age.p99Ms)}`,
    `    oldest ever      ${inWords(oldestMs)}`,
    `    as promised      ${formatPercent(100 * withinPromise)} of the documents`,
    `    most calls       ${formatCount(mostCallsInPeriod)} in ${inWords(budget.withinMs)}`,
    '',
    ...(kept
      ? [
          `  The promise can be kept${look ? `, if no more than ${formatCount(look.accountsPerHour)} accounts are looked at in an hour` : ''}.`,
        ]
      : [
          '  The promise contradicts the rest of the description. What would change that:',
          ...changesFor(copy, words).map(({ sentence, keeps }) => `    ${keeps ? '✔' : '✖'} ${sentence}`),
        ]),
  ];
}
