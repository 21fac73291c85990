import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { COMMAND } from '../../reports/command/command.testing.ts';
import { decide } from '../../reports/document/index.ts';
import { latencyOf } from '../../reports/statistics/index.ts';
import { mergeSamples } from '../generator/index.ts';
import { accountOf } from '../testing/journey-files.ts';
import { system } from '../testing/reference.ts';
import { runnersOf, START_MS } from '../testing/runner-results.ts';
import { scenarios } from '../testing/scenarios.ts';
import { simulatedLines } from '../testing/simulated-run.ts';
import {
  answersWithin,
  healthy,
  refuses,
  type SimulatedTarget,
  sometimes,
} from '../testing/simulated-targets.ts';
import { signalsOfRunners } from '../verdict/index.ts';
import { remoteResultOf } from './judge.ts';
import type { PreparedLoad } from './load-folder.ts';
import { packResult, type RunnerResult } from './runner-result.ts';
import { writeLoad } from './write-load.ts';

const folder = mkdtempSync(join(tmpdir(), 'runner-results-'));
const scenario = scenarios.smoke;
let load: PreparedLoad;

beforeAll(async () => {
  const url = 'http://127.0.0.2:1';
  load = await writeLoad(join(folder, 'load'), { system, account: accountOf(scenario), scenario, url });
});

const judged = (runners: readonly RunnerResult[]) => {
  const aggregate = mergeSamples(
    scenario,
    runners.map(({ samples }) => samples),
  );
  const signals = signalsOfRunners({ scenario, aggregate, runners });
  return { aggregate, signals, verdict: decide(signals) };
};

const written = (name: string, result: RunnerResult): string => {
  const file = join(folder, name);
  writeFileSync(file, packResult(result));
  return file;
};

describe('the results of runners', () => {
  test.each([
    ['a target that answers at once', healthy, 'PASS'],
    ['one that is too slow', answersWithin(3_000), 'FAIL'],
    ['one that fails every tenth request', sometimes(0.1, refuses), 'FAIL'],
  ] as const)('of %s come to the same, whether 1, 2, 4 or 16 had a part of it', (_, target, outcome) => {
    const lines = simulatedLines(scenario, target);
    const [one, ...others] = [1, 2, 4, 16].map((of) => judged(runnersOf(load, of, lines)));

    expect(one?.verdict.outcome).toBe(outcome);
    for (const { aggregate, signals, verdict } of others) {
      expect(verdict.outcome).toBe(one?.verdict.outcome);
      expect(verdict.signal).toBe(one?.verdict.signal);
      expect(latencyOf(aggregate.total.histogram)).toEqual(
        latencyOf(one?.aggregate.total.histogram ?? aggregate.total.histogram),
      );
      expect(
        [...aggregate.operations]
          .map(([name, { requests, failures }]) => [name, requests, failures])
          .toSorted(),
      ).toEqual(
        [...(one?.aggregate.operations ?? [])]
          .map(([name, { requests, failures }]) => [name, requests, failures])
          .toSorted(),
      );
      expect(aggregate.counters).toEqual(one?.aggregate.counters);
      expect(aggregate.peakVirtualUsers).toBe(scenario.virtualUsers);
      // One signal more: only clocks of several machines can be apart.
      expect(signals.length).toBe((one?.signals.length ?? 0) + 1);
    }
  });
});

describe('what is no whole run is void, and says whose fault it is', () => {
  type Change = (runners: readonly RunnerResult[]) => RunnerResult[];
  const only =
    (index: number, change: (runner: RunnerResult) => RunnerResult): Change =>
    (runners) =>
      runners.map((runner, at) => (at === index ? change(runner) : runner));
  const surrounded = (more: Partial<RunnerResult['surroundings']>) => (runner: RunnerResult) => ({
    ...runner,
    surroundings: { ...runner.surroundings, ...more },
  });
  const begun = (delayMs: number) => (runner: RunnerResult) => ({
    ...runner,
    samples: { ...runner.samples, begunAtMs: START_MS + delayMs },
  });

  test.each<[string, string, Change, RegExp]>([
    ['one of four is missing', 'runners-missing', (all) => all.filter((_, at) => at !== 2), /50 % to 75 %/],
    ['one of two alone', 'runners-missing', (all) => all.slice(0, 2), /50 % to 100 %/],
    ['one is there twice', 'runners-doubled', (all) => [...all, ...all.slice(1, 2)], /runner 2\/4 on host-2/],
    ['two runs are mixed', 'start-skew', only(1, begun(3_600_000)), /runner 2\/4 on host-2 was the last/],
    ['one began 2.1 s late', 'start-skew', only(3, begun(2_100)), /runner 4\/4 on host-4/],
    [
      'one never began',
      'start-skew',
      only(0, (runner) => ({ ...runner, samples: { ...runner.samples, begunAtMs: undefined } })),
      /runner 1\/4/,
    ],
    [
      'the k6 of one ended with 107',
      'runners-ended-early',
      only(2, (runner) => ({ ...runner, ending: { code: 107, signal: null } })),
      /runner 3\/4 on host-3 with code 107/,
    ],
    [
      'the k6 of one was killed',
      'runners-ended-early',
      only(0, (runner) => ({ ...runner, ending: { code: null, signal: 'SIGKILL' } })),
      /runner 1\/4 on host-1 with SIGKILL/,
    ],
    [
      'one was starved',
      'machine-cpu',
      only(1, surrounded({ machineFullPercent: 60 })),
      /worst: runner 2\/4 on host-2/,
    ],
    [
      'one was held back by its limit',
      'generator-throttled',
      only(3, surrounded({ throttledPercent: 7 })),
      /worst: runner 4\/4 on host-4/,
    ],
    [
      'the clock of one is 5 s off',
      'clock-offset',
      only(1, surrounded({ clockOffsetMs: { low: -5_060, high: -4_920 } })),
      /runner 2\/4 on host-2/,
    ],
    [
      'the target told one no time',
      'clock-offset',
      only(2, surrounded({ clockOffsetMs: undefined })),
      /told runner 3\/4 on host-3 no time/,
    ],
    ['the clock of one was set', 'clock-jump', only(2, surrounded({ clockJumpMs: 900 })), /runner 3\/4/],
    ['one ran out of ports', 'generator-sockets', only(2, surrounded({ socketErrors: 3 })), /runner 3\/4/],
  ])('%s: %s', (_, id, change, title) => {
    const { verdict, signals } = judged(change(runnersOf(load, 4)));

    expect(verdict).toMatchObject({ outcome: 'VOID', signal: id });
    expect(signals.find((each) => each.id === id)?.title).toMatch(title);
  });

  test('nothing is wrong with clocks that are some tenths of a second apart, or starts within 2 s', () => {
    const change = only(1, (runner) =>
      begun(1_900)(surrounded({ clockOffsetMs: { low: 700, high: 830 } })(runner)),
    );

    expect(judged(change(runnersOf(load, 4))).verdict.outcome).toBe('PASS');
  });

  test('users who wake late on one of the machines void a run whose other machines hide them', () => {
    const late = runnersOf(load, 4, simulatedLines(scenario, healthy, { lateMs: () => 400 }))[3];
    const runners = runnersOf(load, 16).map((runner, at) =>
      at === 7 && late ? { ...late, host: 'host-8', segment: runner.segment } : runner,
    );

    expect(judged(runners).signals.find(({ id }) => id === 'generator-lateness')).toMatchObject({
      holds: false,
      title: expect.stringContaining('runner 8/16 on host-8'),
    });
  });

  test('a leak is a FAIL even then', () => {
    const leaky = only(0, (runner) => ({
      ...runner,
      samples: { ...runner.samples, counters: { ...runner.samples.counters, isolation_violations: 1 } },
    }));

    expect(judged(leaky(runnersOf(load, 4).slice(0, 3))).verdict).toMatchObject({
      outcome: 'FAIL',
      signal: 'isolation-violations',
    });
  });

  test('a load that was stopped because the target failed is a FAIL, and not void for the k6 that was stopped', () => {
    const stopped = only(0, (runner) => ({
      ...runner,
      ending: { code: 105, signal: null },
      stoppedFor: { failures: 90, requests: 100, seconds: 15 },
    }));

    expect(judged(stopped(runnersOf(load, 1, simulatedLines(scenario, refuses)))).verdict).toMatchObject({
      outcome: 'FAIL',
      signal: 'stopped-for-failures-1',
    });
  });

  test("requests that Cloudflare's own rate limit refused say nothing of the Worker", () => {
    const limited = only(0, (runner) => ({
      ...runner,
      samples: { ...runner.samples, counters: { ...runner.samples.counters, edge_refusals: 12 } },
    }));

    expect(
      judged(limited(runnersOf(load, 1, simulatedLines(scenario, sometimes(0.3, refuses))))).verdict,
    ).toMatchObject({
      outcome: 'VOID',
      signal: 'edge-refusals',
    });
  });
});

test('a target that fails at two of its three PoPs is a FAIL, and the result tells which', () => {
  const halfDead: SimulatedTarget = (request) => (request.pop === 'LHR' ? healthy : refuses)(request);
  const runners = runnersOf(load, 4, simulatedLines(scenario, halfDead));

  const { verdict, series } = remoteResultOf({ load, runners, startedAt: new Date(), reproduce: '' });

  expect(verdict).toMatchObject({ outcome: 'FAIL', signal: expect.stringMatching(/^fail/) });
  const failing = series.filter(({ failures }) => failures > 0).map(({ pop }) => pop);
  expect([...new Set(failing)].toSorted()).toEqual(['EDI', 'MAN']);
});

describe('the command', () => {
  const merge = async (...files: string[]): Promise<{ code: number; stdout: string; stderr: string }> =>
    await promisify(execFile)(COMMAND[0], [COMMAND[1], 'load:merge', '--load', load.folder, ...files]).then(
      (output) => ({ code: 0, ...output }),
      (failed: { code: number; stdout: string; stderr: string }) => failed,
    );

  test('judges the halves of a run, and tells what nobody could see', async () => {
    const files = runnersOf(load, 2).map((runner, at) => written(`half-${at}.txt`, runner));

    const { code, stdout } = await merge(...files);

    expect(stdout).toContain('PASS');
    expect(stdout).toContain('Unseen here');
    expect(code).toBe(0);
  });

  test('is void with one of them, and shows no figure', async () => {
    const [half] = runnersOf(load, 2).map((runner, at) => written(`half-${at}.txt`, runner));

    const { code, stdout } = await merge(half ?? '');

    expect([code, stdout]).toEqual([3, expect.stringContaining('50 % to 100 %')]);
    expect(stdout).not.toContain('requests/s');
  });

  test('refuses a result of another load, and one whose files somebody changed', async () => {
    const [runner] = runnersOf(load, 1);
    if (!runner) throw new Error('no runner');

    const other = await merge(written('other.txt', { ...runner, load: 'another' }));
    const changed = await merge(written('changed-load.txt', { ...runner, sha256: 'f'.repeat(64) }));

    expect([other.code, other.stderr]).toEqual([4, expect.stringContaining('runner_load_differs')]);
    expect([changed.code, changed.stderr]).toEqual([
      4,
      expect.stringContaining('files that somebody has changed'),
    ]);
  });
});
