import { describe, expect, test } from 'vitest';
import { pairsNeeded } from './index.ts';

describe('pairsNeeded', () => {
  test("is near Lehr's rule where the pairs are many", () => {
    // Sixteen s-squared over d-squared (Lehr, Statistics in Medicine 11(8), 1992), halved, as a pair is one sample.
    const pairs = pairsNeeded({ spread: 0.1 / 0.3, effect: Math.exp(0.1) - 1, power: 0.8 });

    expect(pairs).toBeGreaterThanOrEqual(8 / 0.3 ** 2);
    expect(pairs).toBeLessThanOrEqual(8 / 0.3 ** 2 + 3);
  });

  test('is whole ABBAs, and never a single pair', () => {
    expect(pairsNeeded({ spread: 0.001, effect: 0.5, power: 0.8 })).toBe(2);
    expect(pairsNeeded({ spread: 0.05, effect: 0.1, power: 0.8 }) % 2).toBe(0);
  });

  test('grows with noise and power, and falls with the effect', () => {
    const usual = { spread: 0.08, effect: 0.1, power: 0.8 };

    expect(pairsNeeded({ ...usual, spread: 0.16 })).toBeGreaterThan(pairsNeeded(usual));
    expect(pairsNeeded({ ...usual, power: 0.95 })).toBeGreaterThan(pairsNeeded(usual));
    expect(pairsNeeded({ ...usual, effect: 0.3 })).toBeLessThan(pairsNeeded(usual));
  });

  test('says when no number of pairs within reason will do', () => {
    expect(() => pairsNeeded({ spread: 1, effect: 0.01, power: 0.8 })).toThrow(
      expect.objectContaining({ code: 'too-noisy' }),
    );
  });
});
