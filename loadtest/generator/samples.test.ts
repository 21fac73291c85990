import { describe, expect, test } from 'vitest';
import { parseSample } from './samples.ts';
import { parseServerTiming } from './server-timing.ts';

const TAGS =
  '"account":"acme","failed":"false","kind":"read","op":"open-client","phase":"hold","placement":"shared","pop":"LHR"';

describe('lines of k6 2.2', () => {
  test('an answer is read with everything that it is counted by', () => {
    const line = `{"metric":"answer_time","type":"Point","data":{"time":"2026-11-22T00:19:37.789174089Z","value":304.443176,"tags":{${TAGS}},"metadata":{"timing":"d1;dur=1.2;desc=\\"WEUR replica\\""}}}`;

    expect(parseSample(line)).toEqual({
      kind: 'answer',
      atMs: Date.parse('2026-11-22T00:19:37.789Z'),
      durationMs: 304.443176,
      operation: 'open-client',
      account: 'acme',
      pop: 'LHR',
      placement: 'shared',
      phase: 'hold',
      failed: false,
      timing: 'd1;dur=1.2;desc="WEUR replica"',
    });
  });

  test.each([
    [
      'http_req_duration',
      '12.5',
      '"op":"add-note","phase":"hold"',
      { kind: 'from-sending', durationMs: 12.5, phase: 'hold' },
    ],
    [
      'start_lateness',
      '1.5',
      '"phase":"ramp"',
      { kind: 'start', atMs: Date.parse('2026-11-21T11:23:10.890Z'), lateMs: 1.5, phase: 'ramp' },
    ],
    ['vus', '3', '', { kind: 'virtual-users', atMs: Date.parse('2026-11-21T11:23:10.890Z'), count: 3 }],
    [
      'dropped_iterations',
      '1',
      '',
      { kind: 'dropped', atMs: Date.parse('2026-11-21T11:23:10.890Z'), count: 1 },
    ],
    ['vus_max', '30', '', { kind: 'users-made', count: 30 }],
    ['tally', '3', '"of":"documents_checked"', { kind: 'verified', documents: 3 }],
    [
      'http_req_connecting',
      '2.5',
      '"op":"add-note","phase":"hold"',
      { kind: 'connecting', durationMs: 2.5, phase: 'hold' },
    ],
    [
      'http_req_tls_handshaking',
      '1.5',
      '"op":"add-note","phase":"hold"',
      { kind: 'tls', durationMs: 1.5, phase: 'hold' },
    ],
    ['tally', '0', '"of":"begun"', { kind: 'begun', atMs: Date.parse('2026-11-21T11:23:10.890Z') }],
    ['tally', '2', '"of":"stale_reads"', { kind: 'counter', name: 'stale_reads', value: 2 }],
  ])('%s is read', (metric, value, tags, sample) => {
    const line = `{"metric":"${metric}","type":"Point","data":{"time":"2026-11-21T12:23:10.890+01:00","value":${value},"tags":{${tags}}}}`;

    expect(parseSample(line)).toEqual(sample);
  });

  test.each([
    '{"type":"Metric","data":{"name":"vus","type":"gauge","contains":"default","thresholds":[],"submetrics":null},"metric":"vus"}',
    '{"metric":"http_req_waiting","type":"Point","data":{"time":"2026-11-21T12:23:10Z","value":1,"tags":{}}}',
    '',
  ])('nothing is judged by %s', (line) => {
    expect(parseSample(line)).toBeUndefined();
  });

  test.each([
    ['that was cut off', '{"metric":"answer_time","type":"Po'],
    [
      'that counts nobody knows what',
      '{"metric":"tally","data":{"time":"2026-11-21T12:23:10Z","value":1,"tags":{"of":"x"}}}',
    ],
    [
      'without its phase',
      `{"metric":"answer_time","data":{"time":"2026-11-21T12:23:10Z","value":1,"tags":{"op":"x"}}}`,
    ],
    [
      'without its PoP',
      `{"metric":"answer_time","data":{"time":"2026-11-21T12:23:10Z","value":1,"tags":{${TAGS.replace('pop', 'bob')}}}}`,
    ],
  ])('a line %s is counted as unreadable', (_, line) => {
    expect(parseSample(line)).toEqual({ kind: 'unreadable' });
  });
});

describe('Server-Timing', () => {
  test('of the reference Worker is read entry by entry', () => {
    const header = 'route;dur=1.25;desc="account and shard",d1;dur=3;desc="WEUR replica", kv;dur=0.5';

    expect(parseServerTiming(header)).toEqual([
      { name: 'route', durationMs: 1.25, description: 'account and shard' },
      { name: 'd1', durationMs: 3, description: 'WEUR replica' },
      { name: 'kv', durationMs: 0.5, description: '' },
    ]);
  });

  test('quoted text may hold commas, semicolons and quotes', () => {
    expect(parseServerTiming('d1;dur=1;desc="a, b; \\"c\\" \\\\"')).toEqual([
      { name: 'd1', durationMs: 1, description: 'a, b; "c" \\' },
    ]);
  });

  test.each([
    'd1',
    'd1;dur=',
    'd1;dur=x',
    'd1;dur=-1',
    'd1;desc="x"',
    'd1;dur=1;desc="x',
    'd1;dur=1 kv;dur=2',
    ',,',
  ])('%j is not half read', (header) => {
    expect(parseServerTiming(header)).toBeUndefined();
  });
});
