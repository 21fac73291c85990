import { describe, expect, test } from 'vitest';
import { compareBlocks, pairsNeeded, pairsToTell, spreadOf } from './index.ts';

describe('pairsNeeded', () => {
  test("is near Lehr's rule where the pairs are many", () => {
    // Sixteen s-squared over d-squared (Lehr, Statistics in Medicine 11(8), 1992), halved, as a pair is one sample.
    const pairs = pairsNeeded({ spread: 0.1 / 0.3, effect: Math.exp(0.1) - 1, power: 0.8, comparisons: 1 });

    expect(pairs).toBeGreaterThanOrEqual(8 / 0.3 ** 2);
    expect(pairs).toBeLessThanOrEqual(8 / 0.3 ** 2 + 3);
  });

  test('is whole ABBAs, and never a single pair', () => {
    expect(pairsNeeded({ spread: 0.001, effect: 0.5, power: 0.8, comparisons: 1 })).toBe(2);
    expect(pairsNeeded({ spread: 0.05, effect: 0.1, power: 0.8, comparisons: 1 }) % 2).toBe(0);
  });

  test('grows with noise and power, and falls with the effect', () => {
    const usual = { spread: 0.08, effect: 0.1, power: 0.8, comparisons: 1 };

    expect(pairsNeeded({ ...usual, spread: 0.16 })).toBeGreaterThan(pairsNeeded(usual));
    expect(pairsNeeded({ ...usual, comparisons: 12 })).toBeGreaterThan(pairsNeeded(usual));
    expect(pairsNeeded({ ...usual, power: 0.95 })).toBeGreaterThan(pairsNeeded(usual));
    expect(pairsNeeded({ ...usual, effect: 0.3 })).toBeLessThan(pairsNeeded(usual));
  });

  test('says when no number of pairs within reason will do', () => {
    expect(() => pairsNeeded({ spread: 1, effect: 0.01, power: 0.8, comparisons: 1 })).toThrow(
      expect.objectContaining({ code: 'too_noisy' }),
    );
  });
});

describe('pairsToTell', () => {
  const pairs = [0.8, 1, 1.3, 0.9, 1.2, 1].map((candidate) => ({ baseline: 1, candidate }));
  const itself = (value: number): number => value;
  const compared = compareBlocks(pairs, itself, { smallestEffect: 0, equivalence: 0.1, comparisons: 4 });

  test('finds the spread again in the interval, and asks for what it takes to see the distance to the bound', () => {
    const effect = 2 / compared.ratio - 1;

    expect(pairsToTell(compared, 2, 4)).toBe(
      Math.max(8, pairsNeeded({ spread: spreadOf(pairs, itself), effect, power: 0.8, comparisons: 4 })),
    );
  });

  test('asks for more the nearer the bound is, and for no number at the bound', () => {
    const [far, near, at] = [2, 1.1, compared.ratio].map((bound) => pairsToTell(compared, bound, 4));

    expect(near).toBeGreaterThan(far ?? Number.NaN);
    expect(at).toBeNull();
  });
});
