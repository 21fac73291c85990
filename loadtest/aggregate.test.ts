import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RunAggregator } from './aggregate.ts';
import { parseSample, type Sample } from './samples.ts';

const START_MS = Date.parse('2026-01-01T00:00:00Z');
const request = (second: number, durationMs = 5, operation = 'open-client', failed = false): Sample => ({
  kind: 'request',
  atMs: START_MS + second * 1000,
  durationMs,
  operation,
  failed,
});
const users = (second: number, count: number): Sample => ({
  kind: 'virtual-users',
  atMs: START_MS + second * 1000,
  count,
});
const aggregate = (samples: Sample[], settleMs = 0) => {
  const aggregator = new RunAggregator(10, settleMs);
  for (const sample of samples) aggregator.add(sample);
  return aggregator.result();
};

describe('lines of k6 2.2', () => {
  test('a duration becomes a request with its operation', () => {
    const line =
      '{"metric":"http_req_duration","type":"Point","data":{"time":"2026-11-21T12:23:09.954870684Z","value":12.997015,"tags":{"expected_response":"true","kind":"read","name":"open-client","op":"open-client"}}}';
    expect(parseSample(line)).toEqual({
      kind: 'request',
      atMs: Date.parse('2026-11-21T12:23:09.954Z'),
      durationMs: 12.997015,
      operation: 'open-client',
      failed: false,
    });
  });

  test('an unexpected status is a failure', () => {
    const line =
      '{"metric":"http_req_duration","type":"Point","data":{"time":"2026-11-21T12:23:09.9Z","value":1,"tags":{"expected_response":"false","op":"add-note"}}}';
    expect(parseSample(line)).toMatchObject({ operation: 'add-note', failed: true });
  });

  test('the gauge of virtual users and the counters are read', () => {
    const vus =
      '{"metric":"vus","type":"Point","data":{"time":"2026-11-21T12:23:10.890+01:00","value":3,"tags":{}}}';
    const counter =
      '{"metric":"stale_reads","type":"Point","data":{"time":"2026-11-21T12:23:10Z","value":2,"tags":{}}}';
    expect(parseSample(vus)).toEqual({
      kind: 'virtual-users',
      atMs: Date.parse('2026-11-21T11:23:10.890Z'),
      count: 3,
    });
    expect(parseSample(counter)).toEqual({ kind: 'counter', name: 'stale_reads', value: 2 });
  });

  test('how late a user woke is read', () => {
    const line =
      '{"metric":"think_lateness","type":"Point","data":{"time":"2026-11-21T12:23:10Z","value":1.5,"tags":{}}}';
    expect(parseSample(line)).toEqual({
      kind: 'lateness',
      atMs: Date.parse('2026-11-21T12:23:10Z'),
      lateMs: 1.5,
    });
  });

  test.each([
    '{"type":"Metric","data":{"name":"vus","type":"gauge","contains":"default","thresholds":[],"submetrics":null},"metric":"vus"}',
    '{"metric":"vus_max","type":"Point","data":{"time":"2026-11-21T12:23:10Z","value":10,"tags":{}}}',
    '{"metric":"http_req_waiting","type":"Point","data":{"time":"2026-11-21T12:23:10Z","value":1,"tags":{}}}',
    '',
  ])('nothing is judged by %s', (line) => {
    expect(parseSample(line)).toBeUndefined();
  });

  test('a line that was cut off is counted', () => {
    expect(parseSample('{"metric":"http_req_duration","type":"Po')).toEqual({ kind: 'unreadable' });
  });
});

describe('the hold', () => {
  test('counts the requests between two full gauges, not the ramp and not the wind-down', () => {
    const { total, heldMs } = aggregate([
      users(0, 4),
      request(0.5),
      users(1, 10),
      request(1.2),
      request(1.8),
      users(2, 10),
      request(2.5),
      users(3, 3),
      request(3.5),
    ]);
    expect(total.requests).toBe(2);
    expect(heldMs).toBe(1000);
  });

  test('a dip below the configured number takes its seconds out of the hold', () => {
    const { total, heldMs } = aggregate([
      users(1, 10),
      request(1.5),
      users(2, 9),
      request(2.5),
      users(3, 10),
      request(3.5),
      users(4, 10),
    ]);
    expect(total.requests).toBe(1);
    expect(heldMs).toBe(1000);
  });

  test('the hold begins when the full number of users has settled, and a dip starts that over', () => {
    const gauges = [
      users(1, 10),
      users(2, 10),
      users(3, 10),
      users(4, 10),
      users(5, 9),
      users(6, 10),
      users(7, 10),
    ];
    const requests = [1.5, 2.5, 3.5, 4.5, 6.5].map((second) => request(second));
    const samples = [...gauges, ...requests].sort((a, b) =>
      'atMs' in a && 'atMs' in b ? a.atMs - b.atMs : 0,
    );

    const { total, heldMs, hold } = aggregate(samples, 2000);

    expect(total.requests).toBe(1);
    expect(heldMs).toBe(1000);
    expect(hold).toEqual({ fromMs: START_MS + 3000, toMs: START_MS + 4000 });
  });

  test('lateness counts in the hold only', () => {
    const late = (second: number, lateMs: number): Sample => ({
      kind: 'lateness',
      atMs: START_MS + second * 1000,
      lateMs,
    });
    const { lateness } = aggregate([
      late(0.5, 900),
      users(1, 10),
      late(1.5, 3),
      users(2, 10),
      late(2.5, 900),
    ]);
    expect(lateness.totalCount).toBe(1);
    expect(lateness.maxValue / 1000).toBeCloseTo(3, 1);
  });

  test('counters run over the whole run', () => {
    const leak: Sample = { kind: 'counter', name: 'isolation_violations', value: 1 };
    expect(aggregate([leak, users(1, 10), users(2, 10), leak]).counters.isolation_violations).toBe(2);
  });

  test('the operations sum to the total, and the seconds to every request', () => {
    const anyRequest = fc.record({
      second: fc.double({ min: 0, max: 20, noNaN: true }),
      durationMs: fc.double({ min: 0, max: 60_000, noNaN: true }),
      operation: fc.constantFrom('open-client', 'add-note', 'sign-in'),
      failed: fc.boolean(),
    });
    const anyGauge = fc.record({
      second: fc.double({ min: 0, max: 20, noNaN: true }),
      count: fc.constantFrom(9, 10),
    });
    fc.assert(
      fc.property(fc.array(anyRequest), fc.array(anyGauge), (requests, gauges) => {
        const timed = [
          ...requests.map((r) => ({
            second: r.second,
            sample: request(r.second, r.durationMs, r.operation, r.failed),
          })),
          ...gauges.map((g) => ({ second: g.second, sample: users(g.second, g.count) })),
        ].sort((a, b) => a.second - b.second);
        const { operations, total, timeline } = aggregate(timed.map(({ sample }) => sample));
        const sum = (of: (totals: typeof total) => number) =>
          [...operations.values()].reduce((all, totals) => all + of(totals), 0);
        expect(sum((totals) => totals.requests)).toBe(total.requests);
        expect(sum((totals) => totals.failures)).toBe(total.failures);
        expect(sum((totals) => totals.histogram.totalCount)).toBe(total.histogram.totalCount);
        expect(timeline.reduce((all, { requests: count }) => all + count, 0)).toBe(requests.length);
      }),
    );
  });
});

test('the timeline names every second, with the figures of that second only', () => {
  const { timeline } = aggregate([users(0, 1), request(0.1, 100), request(2.1, 5), users(2.2, 10)]);
  expect(timeline.map(({ second, requests }) => [second, requests])).toEqual([
    [0, 1],
    [1, 0],
    [2, 1],
  ]);
  expect(timeline[0]?.p95Ms).toBeCloseTo(100, 0);
  expect(timeline[2]).toMatchObject({ virtualUsers: 10, failures: 0 });
  expect(timeline[2]?.p95Ms).toBeCloseTo(5, 1);
});

test('the hold is the window in which CPU is compared', () => {
  const { hold } = aggregate([users(0, 9), users(1, 10), users(2, 10), users(3, 10), users(4, 0)]);
  expect(hold).toEqual({ fromMs: START_MS + 1000, toMs: START_MS + 3000 });
});
