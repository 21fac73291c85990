import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Phase } from '../../reports/schema/index.ts';
import { scenarios } from '../testing/scenarios.ts';
import { timesInMonth } from './month.ts';

const phase = (seconds: number, share: number, counts: boolean): Phase => ({
  name: 'phase',
  seconds,
  share,
  counts,
});

test('a whole office day, measured from its first to its last minute, happens once on each working day', () => {
  const phases = scenarios['office-day'].phases.map((each) => ({ ...each, counts: true }));
  const compressedSeconds = phases.reduce((sum, { seconds }) => sum + seconds, 0);

  // 21 days of nine and a half hours.
  expect(timesInMonth(phases)).toBeCloseTo((21 * 34_200) / compressedSeconds, 6);
});

test('only the phases that count do, with what they ask for on their way from the share before', () => {
  const hold = timesInMonth([phase(60, 1, false), phase(20, 1, false), phase(90, 1, true)]);
  const half = timesInMonth([phase(60, 0.5, false), phase(90, 0.5, true)]);
  const slope = timesInMonth([phase(60, 1, false), phase(90, 0, true)]);

  expect(half).toBeCloseTo(2 * hold, 6);
  expect(slope).toBeCloseTo(2 * hold, 6);
});

test('a run that is so many times as long happens so many times less', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 90_000 }), fc.integer({ min: 1, max: 100 }), (seconds, factor) => {
      const of = (length: number) => timesInMonth([phase(1, 1, false), phase(length, 1, true)]);

      expect(of(seconds) / of(seconds * factor)).toBeCloseTo(factor, 6);
    }),
  );
});
