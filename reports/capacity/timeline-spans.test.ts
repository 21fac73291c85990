import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sampleTimeline } from '../testing/sample-load.ts';
import { timelineSpans, warmUpStretches } from './timeline-spans.ts';

test('spans cover every second once, within the limit, and lose no request, failure or spike', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 40 }), (seconds, limit) => {
      const timeline = sampleTimeline(seconds, 500).map((each) => ({ ...each, failures: each.second % 3 }));

      const spans = timelineSpans(timeline, limit);

      expect(spans.length).toBeLessThanOrEqual(limit);
      const covered = spans.flatMap(({ from, to }) =>
        Array.from({ length: to - from + 1 }, (_, i) => from + i),
      );
      expect(covered).toEqual(timeline.map(({ second }) => second));
      const requests = spans.reduce(
        (sum, span) => sum + span.requestsPerSecond * (span.to - span.from + 1),
        0,
      );
      expect(requests).toBeCloseTo(timeline.reduce((sum, each) => sum + each.requests, 0));
      const failures = spans.reduce((sum, span) => sum + span.failures, 0);
      expect(failures).toBe(timeline.reduce((sum, each) => sum + each.failures, 0));
      expect(Math.max(...spans.map(({ worstP95Ms }) => worstP95Ms))).toBe(
        Math.max(...timeline.map(({ p95Ms }) => p95Ms)),
      );
    }),
  );
});

test('nothing recorded gives no span', () => {
  expect(timelineSpans([], 30)).toEqual([]);
});

test('phases that do not count lie where the plan puts them, neighbours as one', () => {
  const phase = (seconds: number, counts: boolean) => ({ name: 'p', seconds, share: 1, counts });

  const stretches = warmUpStretches([
    phase(30, false),
    phase(10, false),
    phase(60, true),
    phase(5, false),
    phase(60, true),
  ]);

  expect(stretches).toEqual([
    { from: 0, to: 40 },
    { from: 100, to: 105 },
  ]);
  expect(warmUpStretches([phase(60, true)])).toEqual([]);
});
