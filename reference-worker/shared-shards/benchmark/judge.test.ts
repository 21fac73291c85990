import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { OurMeasurement, SeedMeasurement } from './contestant.ts';
import { bytesPerSecond, judgeSeeding, type Results, speedRatio } from './judge.ts';

const work = (megabytes: number, seconds: number): SeedMeasurement => ({
  file: 'a.sqlite',
  documents: 1000 * megabytes,
  documentBytes: megabytes * 1e6,
  seconds,
});
const our = (megabytes: number, seconds: number, more: Partial<OurMeasurement> = {}): OurMeasurement => ({
  ...work(megabytes, seconds),
  secondsWithVerification: 2 * seconds,
  verifySeconds: seconds,
  peakResidentBytes: 300e6,
  ...more,
});

/** Every aim is met, and just so. */
const met: Results = {
  ours: [our(100, 1), our(100, 1, { peakResidentBytes: 400e6 })],
  ceiling: [work(125, 1), work(125, 1)],
  faker: [work(25, 1)],
  dump: [work(1, 1)],
  sqlFiles: [work(1, 1)],
  full: { sizeBytes: 5e9, measurement: our(3500, 75) },
};
const missedOf = (results: Results): string[] =>
  judgeSeeding(results)
    .filter(({ isMet }) => !isMet)
    .map(({ what }) => what);

describe('a ratio', () => {
  test('is that of all bytes over all seconds, not the mean of the ratios', () => {
    expect(bytesPerSecond([work(100, 1), work(100, 3)])).toBe(50e6);
    expect(speedRatio([work(100, 1), work(100, 3)], [work(100, 2), work(100, 2)])).toBe(1);
    expect(speedRatio([work(300, 2)], [work(50, 1)])).toBe(3);
  });

  test('with a slower rival is larger, and the other way round is its inverse', () => {
    const runs = fc.array(
      fc
        .tuple(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 100 }))
        .map(([mb, s]) => work(mb, s)),
      { minLength: 1, maxLength: 4 },
    );

    fc.assert(
      fc.property(runs, runs, (ours, rival) => {
        const slower = rival.map((run) => ({ ...run, seconds: run.seconds * 2 }));
        expect(speedRatio(ours, slower)).toBeCloseTo(2 * speedRatio(ours, rival), 6);
        expect(speedRatio(ours, rival) * speedRatio(rival, ours)).toBeCloseTo(1, 6);
      }),
    );
  });

  test('without a run is no number', () => {
    expect(speedRatio([work(1, 1)], [])).toBeNaN();
  });
});

describe('the aims', () => {
  test('are met at their limits', () => {
    expect(judgeSeeding(met)).toHaveLength(6);
    expect(missedOf(met)).toEqual([]);
  });

  test.each<[string, Partial<Results>]>([
    ['our rate over the ceiling', { ceiling: [work(125, 1), work(126, 1)] }],
    ['our rate over the loop with faker', { faker: [work(25.1, 1)] }],
    ['our rate over a dump through wrangler d1 execute', { dump: [work(1.01, 1)] }],
    ['peak resident memory', { ours: [our(100, 1, { peakResidentBytes: 401e6 }), our(100, 1)] }],
    [
      'peak resident memory',
      { full: { sizeBytes: 5e9, measurement: our(3500, 70, { peakResidentBytes: 401e6 }) } },
    ],
    [
      'seeding in full, with indexes',
      { full: { sizeBytes: 5e9, measurement: our(3500, 76, { verifySeconds: 70 }) } },
    ],
    ['verifying in full', { full: { sizeBytes: 5e9, measurement: our(3500, 70, { verifySeconds: 76 }) } }],
    ['our rate over the ceiling', { ceiling: [] }],
    ['our rate over the loop with faker', { faker: [work(25, Number.NaN)] }],
    [
      'verifying in full',
      { full: { sizeBytes: 5e9, measurement: our(3500, 70, { verifySeconds: Number.NaN }) } },
    ],
  ])('are missed one by one: %s', (what, changed) => {
    expect(missedOf({ ...met, ...changed })).toEqual([what]);
  });

  test('of the full run are in proportion to its size, and fall away with it', () => {
    const tenth = { sizeBytes: 0.5e9, measurement: our(350, 7.6, { verifySeconds: 7.5 }) };

    expect(missedOf({ ...met, full: tenth })).toEqual(['seeding in full, with indexes']);
    expect(judgeSeeding({ ...met, full: undefined })).toHaveLength(4);
  });

  test('are missed when nothing at all was measured', () => {
    const nothing = { ours: [], ceiling: [], faker: [], dump: [], sqlFiles: [] };

    expect(judgeSeeding(nothing).filter(({ isMet }) => isMet)).toEqual([]);
  });
});
