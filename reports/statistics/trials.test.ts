import { expect, test } from 'vitest';
import { type SimulatedBlock, simulatePairs, simulateRounds } from './blocks.testing.ts';
import { compareTreatments, comparisonsIn, pairsNeeded, spreadOf } from './index.ts';

/** The promises of a comparison, counted on simulated blocks. */

const boundsFor = (treatments: Readonly<Record<string, number>>) => ({
  ...{ smallestEffect: 0.03, equivalence: 0.1 },
  comparisons: comparisonsIn(Object.keys(treatments).length, FIGURES.length),
});
const FIGURES = (['p50Ms', 'p95Ms', 'p99Ms', 'requestsPerSecond'] as const).map((name) => ({
  name,
  of: (block: SimulatedBlock): number => block[name],
}));

const pilot = simulatePairs(400, 1, 4_000_000);
const spread = spreadOf(pilot, ({ p95Ms }) => p95Ms);
/** @param treatments of the experiment, by name, with how many times as long their answers take */
const pairsFor = (treatments: Readonly<Record<string, number>>): number =>
  pairsNeeded({ spread, effect: 0.1, power: 0.8, comparisons: boundsFor(treatments).comparisons });
const experiment = (treatments: Readonly<Record<string, number>>, seed: number) =>
  compareTreatments(
    Object.keys(treatments),
    simulateRounds(treatments, pairsFor(treatments), seed),
    FIGURES,
    boundsFor(treatments),
  );

test('the power rule asks for a number of pairs that a run has time for', () => {
  expect(pairsFor({ a: 1, b: 1 })).toBeGreaterThanOrEqual(6);
  expect(pairsFor({ a: 1, b: 1, c: 1 })).toBeLessThanOrEqual(20);
});

test.each([
  ['two', { a: 1, b: 1 }],
  ['three', { a: 1, b: 1, c: 1 }],
])(
  '%s placements that are one and the same differ in any figure in at most 5 % of 2,000 experiments',
  (_, treatments) => {
    const TRIALS = 2_000;
    let alarms = 0;
    for (let seed = 1; seed <= TRIALS; seed += 1)
      if (experiment(treatments, seed).some(({ outcome }) => outcome === 'higher' || outcome === 'lower'))
        alarms += 1;

    console.info(`${alarms} false alarms in ${TRIALS} experiments`);
    expect(alarms).toBeLessThanOrEqual(0.05 * TRIALS);
  },
);

test.each([
  ['two', { a: 1, b: 1.1 }],
  ['three', { a: 1, b: 1.1, c: 1 }],
])(
  'a p95 that is 10 % longer is found in at least 80 % of 300 experiments on $0 placements',
  (_, treatments) => {
    const TRIALS = 300;
    let found = 0;
    for (let seed = 1; seed <= TRIALS; seed += 1) {
      const p95 = experiment(treatments, seed).find(
        ({ other, figure }) => other === 'b' && figure === 'p95Ms',
      );
      if (p95?.outcome === 'higher') found += 1;
    }

    console.info(`${found} found in ${TRIALS} experiments`);
    expect(found).toBeGreaterThanOrEqual(0.8 * TRIALS);
  },
);

test('placements that differ by 10 % are called alike within 10 % in at most 5 % of 1,000 experiments', () => {
  const TRIALS = 1_000;
  let alike = 0;
  for (let seed = 1; seed <= TRIALS; seed += 1)
    if (experiment({ a: 1, b: 1.1 }, seed).some(({ outcome }) => outcome === 'no difference')) alike += 1;

  console.info(`${alike} called alike in ${TRIALS} experiments`);
  expect(alike).toBeLessThanOrEqual(0.05 * TRIALS);
});
