import { expect, test } from 'vitest';
import { type SimulatedBlock, simulatePairs } from './blocks.testing.ts';
import { compareBlocks, pairsNeeded, spreadOf } from './index.ts';

/** The two promises of a comparison, counted on simulated blocks. */

const TRIALS = 200;
const SMALLEST_EFFECT = 0.03;
const p95Ms = (block: SimulatedBlock): number => block.p95Ms;

const pilot = simulatePairs(20, 1, 4_000_000);
const pairs = pairsNeeded({ spread: spreadOf(pilot, p95Ms), effect: 0.1, power: 0.9 });

function outcomes(shift: number): Record<string, number> {
  const counts: Record<string, number> = { higher: 0, lower: 0, 'no difference': 0 };
  for (let seed = 1; seed <= TRIALS; seed += 1) {
    const { outcome } = compareBlocks(simulatePairs(pairs, shift, seed), p95Ms, SMALLEST_EFFECT);
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  return counts;
}

test('the power rule asks for a number of pairs that a run has time for', () => {
  expect(pairs).toBeGreaterThanOrEqual(6);
  expect(pairs).toBeLessThanOrEqual(16);
});

test('A/A raises a false alarm in at most 16 of 200 trials', () => {
  expect(outcomes(1)['no difference']).toBeGreaterThanOrEqual(TRIALS - 16);
});

test('a p95 that is 10 % longer is found in at least 80 % of 200 trials', () => {
  expect(outcomes(1.1).higher).toBeGreaterThanOrEqual(0.8 * TRIALS);
});
