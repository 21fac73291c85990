import { describe, expect, test } from 'vitest';
import { decide, type Verdict } from '../../reports/index.ts';
import type { Death } from '../generator/index.ts';
import { mergeSamples, type Samples, type Surroundings } from '../generator/index.ts';
import { Scenario } from '../scenarios/index.ts';
import { clean } from '../testing/clean-evidence.ts';
import { OPERATIONS, scenarios } from '../testing/scenarios.ts';
import { type Disturbance, simulatedSamples } from '../testing/simulated-run.ts';
import {
  answersWithin,
  from,
  healthy,
  oneAtATime,
  refuses,
  type SimulatedTarget,
  stalls,
} from '../testing/simulated-targets.ts';
import { signalsOf } from './signals.ts';

/**
 * Whose fault was it? Runs limited by the target must FAIL by what the target did, runs limited by the generator must
 * be VOID or INCONCLUSIVE by what the generator did. The target and what is wrong are simulated; the sample stream,
 * the aggregator and every rule are the real ones. Real k6, starved in the same ways: ../generator/starved.test.ts.
 */
const closed = Scenario.parse({
  ...scenarios.smoke,
  virtualUsers: 24,
  phases: [
    { name: 'ramp', seconds: 3, share: 1, counts: false },
    { name: 'settle', seconds: 3, share: 1, counts: false },
    { name: 'hold', seconds: 14, share: 1, counts: true },
    { name: 'leave', seconds: 3, share: 1, counts: false },
  ],
});
const open = Scenario.parse({ ...closed, model: 'open' });

interface Run {
  readonly scenario?: Scenario;
  readonly target?: SimulatedTarget;
  readonly generator?: Disturbance;
  readonly surroundings?: Partial<Surroundings>;
  readonly change?: (samples: Samples) => Samples;
  readonly death?: Death;
}

function verdictOf(run: Run, seed = 1): Verdict {
  const { scenario = closed, target = healthy, generator = {}, surroundings, change, death } = run;
  const samples = simulatedSamples(scenario, target, generator, seed);
  const aggregate = mergeSamples(scenario, [change ? change(samples) : samples]);
  return decide(
    signalsOf({
      ...clean,
      ...{ scenario, aggregate, death },
      surroundings: { ...clean.surroundings, ...surroundings },
    }),
  );
}

describe('limited by the target: FAIL', () => {
  test.each<[string, string | RegExp, Run]>([
    ['every answer is slow', /^p95/, { target: answersWithin(700) }],
    [
      'one operation is slow',
      'p95-add-note',
      { target: (r) => ({ answerMs: r.operation === 'add-note' ? 600 : 10 }) },
    ],
    ['one PoP is slow', /^p95/, { target: (r) => ({ answerMs: r.pop === 'EDI' ? 900 : 10 }) }],
    ['a database is beyond its knee', /^p95/, { target: oneAtATime(30) }],
    ['it stalls for three seconds', 'unstarted-requests', { scenario: open, target: stalls(8, 11) }],
    ['it cannot follow the rate', 'unstarted-requests', { scenario: open, target: oneAtATime(30) }],
    [
      'it stops every five seconds',
      /^p95/,
      { target: (r) => (r.atSeconds % 5 < 1 ? stalls(0, Math.ceil(r.atSeconds))(r) : healthy(r)) },
    ],
    [
      'it fails now and then',
      /^failure-rate/,
      { target: (r) => ({ answerMs: 10, ...(r.uniform() < 0.03 && { failed: 'status' }) }) },
    ],
    [
      'it drops connections',
      /^failure-rate/,
      { target: (r) => (r.uniform() < 0.02 ? { answerMs: 1000, failed: 'connection' } : healthy(r)) },
    ],
    ['it redirects everything', /^failure-rate/, { target: () => ({ answerMs: 2, failed: 'status' }) }],
    ['it dies in the middle', /^failure-rate/, { target: from(12, refuses) }],
    ['it dies when nothing counts any more', 'failure-rate-of-run', { target: from(21, refuses) }],
    ['the tokens expire', /^failure-rate/, { target: from(14, () => ({ answerMs: 1, failed: 'status' })) }],
  ])('%s', (_, signal, run) => {
    const verdict = verdictOf(run);

    expect(verdict).toMatchObject({ outcome: 'FAIL', signal: expect.stringMatching(signal) });
  });
});

const paused = (fromSeconds: number, toSeconds: number) => (atSeconds: number) =>
  atSeconds >= fromSeconds && atSeconds < toSeconds ? (toSeconds - atSeconds) * 1000 : 0;
const withoutWrites = OPERATIONS.filter((name) => /^(edit|add|read-back)/.test(name));
const [generator] = clean.surroundings.processes;

describe('limited by the generator: VOID', () => {
  test.each<[string, string, Run]>([
    ['too few users', 'peak-virtual-users', { generator: { users: 20 } }],
    [
      'too few users for the rate',
      'dropped-requests',
      { scenario: open, target: answersWithin(60), generator: { users: 3 } },
    ],
    ['starved of CPU', 'generator-lateness', { generator: { lateMs: (_, uniform) => 80 * uniform() } }],
    [
      'late starts on a schedule',
      'generator-lateness',
      { scenario: open, generator: { lateMs: (_, uniform) => 80 * uniform() } },
    ],
    ['paused', 'generator-silence', { generator: { lateMs: paused(9, 13) } }],
    ['paused on a schedule', 'generator-silence', { scenario: open, generator: { lateMs: paused(9, 11) } }],
    ['killed', 'generator-ended-early', { death: { role: 'generator', name: 'k6', detail: 'with SIGKILL' } }],
    ['the wrong mix', 'operation-mix', { generator: { omitted: withoutWrites } }],
    [
      'samples cut off',
      'unreadable-samples',
      { generator: { line: (line, at) => (at > 15 && at < 15.1 ? line.slice(0, 40) : line) } },
    ],
    [
      'checks left out',
      'bodies-checked',
      {
        generator: { line: (line, at) => (at > 15 && line.includes('documents_checked') ? undefined : line) },
      },
    ],
    [
      'samples lost',
      'achieved-load',
      { scenario: open, generator: { line: (line, at) => (at > 15 && at < 15.5 ? undefined : line) } },
    ],
    [
      'no sockets left',
      'generator-sockets',
      { target: from(12, refuses, 14), surroundings: { socketErrors: 9 } },
    ],
    [
      'every core busy',
      'machine-cpu',
      { target: answersWithin(700), surroundings: { machineFullPercent: 60 } },
    ],
    ['the clock was set', 'clock-jump', { surroundings: { clockJumpMs: 5000 } }],
    ['the runner lags', 'runner-delay', { surroundings: { runnerDelayP99Ms: 900 } }],
    ['the data plane lags', 'data-plane-delay', { surroundings: { dataPlaneDelayP99Ms: 400 } }],
  ])('%s', (_, signal, run) => {
    const verdict = verdictOf(run);

    expect(verdict).toMatchObject({ outcome: 'VOID', signal });
  });
});

describe('nobody can tell: INCONCLUSIVE', () => {
  test.each<[string, string, Run]>([
    [
      'the generator is large',
      'generator-memory',
      { surroundings: { processes: generator ? [{ ...generator, peakMemoryBytes: 3e9 }] : [] } },
    ],
    ['sockets are nearly used up', 'generator-descriptors', { surroundings: { descriptorsPercent: 97 } }],
    [
      'time goes where nothing accounts for it, as in connecting',
      'achieved-load',
      {
        generator: { lateMs: () => 90, line: (line) => (line.includes('start_late') ? onTime(line) : line) },
      },
    ],
  ])('%s', (_, signal, run) => {
    const verdict = verdictOf(run);

    expect(verdict).toMatchObject({ outcome: 'INCONCLUSIVE', signal });
  });
});

const onTime = (line: string): string => line.replace(/"value":[\d.]+/, '"value":0');

describe('nothing wrong: never VOID', () => {
  test.each(Array.from({ length: 20 }, (_, seed) => [seed + 1, seed % 2 === 0 ? closed : open] as const))(
    'seed %i passes',
    (seed, scenario) => {
      const verdict = verdictOf({ scenario, target: answersWithin(60) }, seed);

      expect(verdict).toMatchObject({ outcome: 'PASS', signal: 'none' });
    },
  );
});

test('a leak is a FAIL whatever the generator did', () => {
  const verdict = verdictOf({
    generator: { users: 20 },
    change: (samples) => ({ ...samples, counters: { ...samples.counters, isolation_violations: 1 } }),
  });

  expect(verdict).toMatchObject({ outcome: 'FAIL', signal: 'isolation-violations' });
});
