import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type latencyHistogram, latencyOf } from '../../reports/statistics/index.ts';
import { Scenario } from '../scenarios/index.ts';
import { scenarios } from '../testing/scenarios.ts';
import { mergeSamples } from './aggregate.ts';
import { SampleAggregator } from './aggregator.ts';
import type { AnswerSample, Sample } from './samples.ts';
import type { Totals } from './totals.ts';

const START_MS = Date.parse('2026-01-01T00:00:00Z');
const scenario = Scenario.parse({
  ...scenarios.smoke,
  virtualUsers: 10,
  phases: [
    { name: 'ramp', seconds: 2, share: 1, counts: false },
    { name: 'hold', seconds: 5, share: 1, counts: true },
    { name: 'leave', seconds: 2, share: 0, counts: false },
  ],
});
const answer = (second: number, more: Partial<AnswerSample> = {}): AnswerSample => ({
  kind: 'answer',
  atMs: START_MS + second * 1000,
  durationMs: 5,
  operation: 'open-client',
  account: 'acme',
  pop: 'LHR',
  placement: 'shared',
  phase: 'hold',
  failed: false,
  timing: undefined,
  ...more,
});
const users = (second: number, count: number): Sample => ({
  kind: 'virtual-users',
  atMs: START_MS + second * 1000,
  count,
});
const start = (second: number, phase: string, lateMs = 1): Sample => ({
  kind: 'start',
  atMs: START_MS + second * 1000,
  lateMs,
  phase,
});
const samplesOf = (samples: readonly Sample[], of = scenario) => {
  const aggregator = new SampleAggregator(of);
  const atMs = (sample: Sample): number => ('atMs' in sample ? sample.atMs : 0);
  for (const sample of samples.toSorted((a, b) => atMs(a) - atMs(b))) aggregator.add(sample);
  return aggregator.samples();
};
const aggregate = (samples: readonly Sample[], of = scenario) => mergeSamples(of, [samplesOf(samples, of)]);

describe('what counts', () => {
  test('follows from the phase that the request started in, whenever its answer came', () => {
    const { total, phases } = aggregate([
      answer(1.9, { phase: 'ramp' }),
      answer(2.1, { phase: 'ramp' }),
      answer(7.5, { phase: 'hold' }),
      answer(8, { phase: 'leave', failed: true }),
    ]);

    expect(total.requests).toBe(1);
    expect([...phases].map(([name, { requests, failures }]) => [name, requests, failures])).toEqual([
      ['ramp', 2, 0],
      ['hold', 1, 0],
      ['leave', 1, 1],
    ]);
  });

  test('lateness and times from sending of warm-up do not, counters and dropped requests do', () => {
    const { lateness, fromSending, counters, droppedIterations } = aggregate([
      start(1, 'ramp', 900),
      start(3, 'hold', 3),
      { kind: 'from-sending', durationMs: 900, phase: 'ramp' },
      { kind: 'from-sending', durationMs: 4, phase: 'hold' },
      { kind: 'counter', name: 'isolation_violations', value: 1 },
      { kind: 'dropped', atMs: START_MS, count: 2 },
    ]);

    expect([lateness.totalCount, fromSending.totalCount]).toEqual([1, 1]);
    expect(lateness.getValueAtPercentile(100) / 1000).toBeCloseTo(3, 2);
    expect([counters.isolation_violations, droppedIterations]).toEqual([1, 2]);
  });

  test('bodies and documents that were checked do, from warm-up on, and answers that nobody checked do not', () => {
    const { counters } = aggregate([
      answer(1, { phase: 'ramp' }),
      { kind: 'verified', documents: 3 },
      answer(3),
      { kind: 'verified', documents: 0 },
      answer(4),
    ]);

    expect([counters.bodies_checked, counters.documents_checked]).toEqual([2, 3]);
  });

  test('a phase that the scenario does not have makes a sample unreadable', () => {
    const { unreadableSamples, total } = aggregate([answer(3, { phase: 'other' }), start(3, 'other')]);

    expect([unreadableSamples, total.requests]).toEqual([2, 0]);
  });

  test('each operation, account, PoP and placement has a series of its own', () => {
    const { series, operations } = aggregate([
      answer(3),
      answer(3, { pop: 'MAN' }),
      answer(3, { pop: 'MAN' }),
      answer(3, { placement: 'dedicated' }),
      answer(3, { operation: 'add-note' }),
    ]);

    expect([...series].map(([key, { requests }]) => [key, requests])).toEqual([
      ['open-client|acme|LHR|shared', 1],
      ['open-client|acme|MAN|shared', 2],
      ['open-client|acme|LHR|dedicated', 1],
      ['add-note|acme|LHR|shared', 1],
    ]);
    expect(operations.get('open-client')?.requests).toBe(4);
  });

  test('an answer above the range counts as its end', () => {
    const { total } = aggregate([answer(3, { durationMs: 40_000 }), answer(3)]);

    expect(total.requests).toBe(2);
    expect(latencyOf(total.histogram).maxMs).toBeCloseTo(33_554, -1);
  });
});

test('the time of an answer is accounted for by the Worker, and the rest is outside', () => {
  const { serviceParts } = aggregate([
    answer(3, {
      durationMs: 10,
      timing: 'route;dur=1;desc="a",d1;dur=4;desc="WEUR primary",d1;dur=2;desc="WEUR replica"',
    }),
    answer(4, { durationMs: 5, timing: 'd1;dur=4;desc="WEUR primary"' }),
    answer(5),
  ]);

  const totals = [...serviceParts.values()].map(({ part, servedBy, totalMs }) => [part, servedBy, totalMs]);
  expect(totals).toEqual([
    ['route', '', 1],
    ['d1', 'WEUR primary', 8],
    ['d1', 'WEUR replica', 2],
    ['outside', '', 4],
  ]);
});

describe('the time at the load', () => {
  const gauges = (...counts: number[]): Sample[] => counts.map((count, at) => users(at + 0.3, count));

  test('is the whole seconds of the counting phases in which all users were there', () => {
    const samples = [start(2.01, 'hold'), ...gauges(3, 8, 10, 10, 10, 10, 10, 6, 1)];

    // The load began at 0.01: the second from 6 to 7 is the last that is whole.
    expect(aggregate(samples)).toMatchObject({ heldMs: 4000, peakVirtualUsers: 10 });
  });

  test('a dip takes its seconds out', () => {
    const samples = [start(2, 'hold'), ...gauges(3, 8, 10, 10, 9, 10, 10, 6, 1)];

    expect(aggregate(samples).heldMs).toBe(4000);
  });

  test('along a slope the users of a second before are enough', () => {
    const slope = Scenario.parse({
      ...scenario,
      phases: [{ name: 'up', seconds: 5, share: 1, counts: true }],
    });

    expect(aggregate([start(0, 'up'), ...gauges(0, 2, 4, 6, 8)], slope).heldMs).toBe(5000);
    expect(aggregate([start(0, 'up'), ...gauges(0, 2, 2, 2, 2)], slope).heldMs).toBe(3000);
  });

  test('in the open model it is the seconds with as many requests due as should, dropped ones among them', () => {
    const open = Scenario.parse({ ...scenario, model: 'open', phases: scenario.phases.slice(0, 2) });
    const perSecond = 28; // 10 users with a mean think time of 359 ms
    const seconds = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => from + at);
    const starts = seconds(2, 6).flatMap((second) =>
      Array.from({ length: perSecond }, (_, at) => start(second + at / perSecond, 'hold', 0)),
    );
    const dropped: Sample = { kind: 'dropped', atMs: START_MS + 6500, count: perSecond };

    expect(aggregate([...starts, dropped], open).heldMs).toBe(5000);
    expect(aggregate(starts, open).heldMs).toBe(4000);
    expect(aggregate([...starts.filter((_, at) => at % 4 > 0), dropped], open).heldMs).toBe(1000);
  });
});

test('a silence is the longest time between two gauges', () => {
  expect(aggregate([users(1, 1), users(2, 1), answer(3), users(5.5, 1), users(6, 1)]).longestSilenceMs).toBe(
    3500,
  );
});

test('the timeline names every second, with the figures of that second only', () => {
  const { timeline } = aggregate([
    users(0, 1),
    answer(0.1, { durationMs: 100 }),
    answer(2.1),
    users(2.2, 10),
  ]);

  expect(timeline.map(({ second, requests }) => [second, requests])).toEqual([
    [0, 1],
    [1, 0],
    [2, 1],
  ]);
  expect(timeline[0]?.p95Ms).toBeCloseTo(100, 0);
  expect(timeline[2]).toMatchObject({ virtualUsers: 10, failures: 0 });
});

describe('several generators', () => {
  const anyAnswer = fc.record({
    second: fc.double({ min: 2, max: 7, noNaN: true }),
    durationMs: fc.double({ min: 0, max: 30_000, noNaN: true }),
    operation: fc.constantFrom('open-client', 'add-note', 'sign-in'),
    pop: fc.constantFrom('LHR', 'MAN'),
    phase: fc.constantFrom('ramp', 'hold'),
    failed: fc.boolean(),
  });

  test.each([2, 4, 16])('%i of them come to what one would have seen, for every percentile', (generators) => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyAnswer, fc.nat(generators - 1)), { minLength: 1 }), (pairs) => {
        const parts = pairs
          .toSorted(([a], [b]) => a.second - b.second)
          .map(([{ second, ...more }, generator]) => ({ sample: answer(second, more), generator }));
        const pooled = aggregate(parts.map(({ sample }) => sample));
        const merged = mergeSamples(
          scenario,
          Array.from({ length: generators }, (_, at) =>
            samplesOf(parts.flatMap(({ sample, generator }) => (generator === at ? sample : []))),
          ),
        );

        const figures = ({ histogram, ...counts }: Totals) => ({
          counts: [counts.requests, counts.failures, histogram.totalCount],
          percentiles: [1, 25, 50, 90, 95, 99, 99.9, 100].map((at) => histogram.getValueAtPercentile(at)),
        });
        const sorted = (map: ReadonlyMap<string, Totals>) =>
          [...map].map(([key, totals]) => [key, figures(totals)]).sort();
        expect(figures(merged.total)).toEqual(figures(pooled.total));
        expect(sorted(merged.series)).toEqual(sorted(pooled.series));
        expect(sorted(merged.operations)).toEqual(sorted(pooled.operations));
        expect(sorted(merged.phases)).toEqual(sorted(pooled.phases));
        expect(merged.timeline).toEqual(pooled.timeline);
        expectExact(
          merged.total.histogram,
          parts.flatMap(({ sample }) => (sample.phase === 'hold' ? sample.durationMs : [])),
        );
      }),
      { numRuns: 25 },
    );
  });

  /** Every percentile, against the raw data (nearest rank), within the histogram's precision. */
  function expectExact(histogram: ReturnType<typeof latencyHistogram>, durationsMs: readonly number[]): void {
    const sorted = durationsMs.toSorted((a, b) => a - b);
    for (let at = 1; at <= 99 && sorted.length > 0; at += 7) {
      const exactMs = sorted[Math.ceil((at * sorted.length) / 100) - 1] ?? Number.NaN;
      const ms = histogram.getValueAtPercentile(at) / 1000;
      expect(Math.abs(ms - exactMs)).toBeLessThanOrEqual(0.001 + exactMs / 1000);
    }
  }

  test('have their users added up second by second', () => {
    const merged = mergeSamples(scenario, [
      samplesOf([start(2, 'hold'), ...[1, 2, 3, 4].map((second) => users(second, 5))]),
      samplesOf([start(2.5, 'hold'), ...[2, 3, 4, 5].map((second) => users(second, 5))]),
    ]);

    expect(merged.timeline.map(({ virtualUsers }) => virtualUsers)).toEqual([5, 10, 10, 10, 5]);
    expect(merged).toMatchObject({
      generators: 2,
      peakVirtualUsers: 10,
      startedAtMs: START_MS,
      heldMs: 3000,
    });
  });
});
