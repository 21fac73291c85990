import { describe, expect, test } from 'vitest';
import { randomKey, unitsOf } from '../../fixtures/generator/index.ts';
import type { LadderRung } from './ladder.ts';
import { measureRungs } from './measured-rungs.ts';

/** A ladder of ten rungs of 45 s. From the third-last on a queue fills all the while, and stalls are strewn in. */
function ladder(seed: number, slowStart: number): LadderRung[] {
  const uniform = unitsOf(randomKey(seed, 'rungs'));
  return Array.from({ length: 10 }, (_, index) => {
    const filling = index >= 7;
    const seconds = Array.from({ length: 45 }, (_unused, second) => {
      const noise = Math.exp((uniform() - 0.5) * 0.8);
      const stall = uniform() < 0.03 ? 6 : 1;
      const queue = filling ? 0.3 + (1.4 * second) / 45 : 1;
      const start = second < 20 ? slowStart : 1;
      const requests = Math.round(100 * (index + 1) * (1 + (uniform() - 0.5) * 0.1));
      return { requests, failures: 0, p95Ms: 30 * (index + 1) * noise * stall * queue * start };
    });
    const missedObjectives = filling ? ['p95 of all'] : [];
    return { virtualUsers: 200 * (index + 1), seconds, latency: { meanMs: 20, p95Ms: 40 }, missedObjectives };
  });
}
const SEEDS = Array.from({ length: 100 }, (_, seed) => seed);
const cutOf = (rungs: readonly LadderRung[]): number => measureRungs(rungs)[0]?.warmUpSeconds ?? Number.NaN;
const cuts = (slowStart: number): number[] => SEEDS.map((seed) => cutOf(ladder(seed, slowStart)));

describe('of a ladder whose upper rungs are never steady', () => {
  test('a slow start of 20 s on every rung is cut', () => {
    expect(new Set(cuts(1.5))).toEqual(new Set([20]));
  });

  test('nothing is cut where there is no slow start, but in one ladder of ten by chance', () => {
    expect(cuts(1).filter((cut) => cut > 0).length).toBeLessThanOrEqual(10);
  });
});

test('a ladder that never keeps its objectives is cut by all of its rungs', () => {
  const failing = ladder(1, 3).map((rung) => ({ ...rung, missedObjectives: ['p95 of all'] }));

  expect(cutOf(failing)).toBe(20);
});
