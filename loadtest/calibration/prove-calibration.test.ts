import { beforeAll, describe, expect, test } from 'vitest';
import {
  type Calibrated,
  calibrateHidden,
  calibrateInProcess,
  heldAgainst,
  judgeAll,
} from './calibrated.testing.ts';
import type { Measured } from './findings.ts';
import { type Hidden, hiddenProfile } from './hidden-profile.testing.ts';
import type { CalibrationPlan } from './spending.ts';

/** Every way with bookmarks, and one profile without read replication; all twenty: `internal prove:calibrate`. */
const SEEDS = [4, 5, 6, 7, 9];
const { signal } = new AbortController();
const calibrated: { readonly hidden: Hidden; readonly result: Calibrated }[] = [];

/** Through workerd every question takes some ten milliseconds: too few samples to be close to the truth, and enough not to miss it. */
const FEW: CalibrationPlan = {
  ...{
    reads: 100,
    nothings: 10,
    serviceReads: 100,
    serviceWrites: 100,
    batches: 40,
    marks: 20,
    markMs: 10_000,
    marksMs: 60_000,
  },
  ...{ keys: 60, cachedReads: 50, centralReads: 50 },
};

test('and so it does on the whole platform, with the probe in workerd', async () => {
  const hidden = hiddenProfile(11);

  const all = [heldAgainst(hidden, await calibrateHidden(hidden, signal, () => undefined, FEW))];

  expect(all.flatMap(({ wrong }) => wrong)).toEqual([]);
  expect(all[0]?.numbers).toBeGreaterThan(50);
  expect(judgeAll(all).heldShare).toBeGreaterThanOrEqual(0.9);
}, 900_000);

describe('in this process', () => {
  beforeAll(async () => {
    for (const seed of SEEDS) {
      const hidden = { ...hiddenProfile(seed), isolatesPerPop: 1 };
      calibrated.push({ hidden, result: await calibrateInProcess(hidden, signal) });
    }
  }, 600_000);

  const judged = (changed: (measured: Measured) => Measured = (each) => each) =>
    calibrated.map(({ hidden, result }) =>
      heldAgainst(hidden, {
        ...result,
        findings: { ...result.findings, measured: result.findings.measured.map(changed) },
      }),
    );

  test('a calibration finds numbers and policies that it was not told', () => {
    const all = judged();

    expect(all.flatMap(({ wrong }) => wrong)).toEqual([]);
    expect(judgeAll(all)).toMatchObject({ isProved: true });
  });

  describe('the proof fails', () => {
    test('when every duration is a fifth too long', () => {
      const all = judged((each) =>
        /Ms\b/.test(each.path)
          ? { ...each, value: 1.2 * each.value, low: 1.2 * each.low, high: 1.2 * each.high }
          : each,
      );

      expect(judgeAll(all)).toMatchObject({ isProved: false });
    });

    test('when intervals are a tenth as wide as they are', () => {
      const all = judged((each) => ({
        ...each,
        low: each.value - (each.value - each.low) / 10,
        high: each.value + (each.high - each.value) / 10,
      }));

      expect(judgeAll(all).heldShare).toBeLessThan(0.9);
    });

    test('when it is another profile that is held against it', () => {
      const [first, , other] = calibrated;
      if (!first || !other) throw new Error('Several profiles are calibrated.');

      const all = [heldAgainst(other.hidden, first.result)];

      expect(all[0]?.wrong.join()).toContain('bookmarks');
      expect(judgeAll(all).isProved).toBe(false);
    });
  });
});
