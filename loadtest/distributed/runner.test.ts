import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { COMMAND } from '../../reports/command/command.testing.ts';
import { findK6 } from '../k6-binary/index.ts';
import { Scenario } from '../scenarios/index.ts';
import { ACCOUNT, accountOf, JWT_SECRET } from '../testing/journey-files.ts';
import { system } from '../testing/reference.ts';
import { scenarios } from '../testing/scenarios.ts';
import { startTrivialTarget } from '../testing/trivial-target.ts';
import type { PreparedLoad } from './load-folder.ts';
import { runSegment } from './run-segment.ts';
import { readRunnerResult } from './runner-result.ts';
import { writeLoad } from './write-load.ts';

/** Real k6, in several parts, at a target that is on this machine and by its name is not. */
const folder = mkdtempSync(join(tmpdir(), 'runner-'));
const scenario = Scenario.parse({
  ...scenarios.smoke,
  virtualUsers: 12,
  thinkTimeMedianMs: 200,
  minimumSamples: 3,
  phases: [
    { name: 'ramp', seconds: 1, share: 1, counts: false },
    { name: 'hold', seconds: 5, share: 1, counts: true },
  ],
});
const DELAY_MS = 6_000;
let load: PreparedLoad;
let k6File: string;
let stop: () => unknown;

beforeAll(async () => {
  k6File = (await findK6()).file;
  const target = await startTrivialTarget({ account: ACCOUNT });
  stop = target.stop;
  const url = `http://0.0.0.0:${new URL(target.url).port}`;
  load = await writeLoad(join(folder, 'load'), { system, account: accountOf(scenario), scenario, url });
  return () => stop();
});

test('two parts begin at the same moment, and each has half of the users', async () => {
  const startAtMs = Date.now() + DELAY_MS;
  const part = (index: number) =>
    runSegment({
      ...{ load, segment: { index, of: 2 }, k6File, jwtSecret: JWT_SECRET, startAtMs },
      signal: new AbortController().signal,
    });

  const results = await Promise.all([part(0), part(1)]);

  for (const { samples, ending, surroundings, host } of results) {
    expect(ending.code).toBe(0);
    expect(host).toBe(hostname());
    expect(samples.begunAtMs).toBeGreaterThanOrEqual(startAtMs);
    // By the schedule of the phases, which the wait must not have shifted: all of the requests are in one.
    expect(samples.startedAtMs).toBeGreaterThan(startAtMs - 1_000);
    expect(Math.max(...samples.seconds.map(({ virtualUsers }) => virtualUsers))).toBe(6);
    expect(samples.phases.get('hold')?.requests).toBeGreaterThan(20);
    expect(samples.counters.bodies_checked).toBeGreaterThan(20);
    expect(samples.unreadableSamples).toBe(0);
    expect(samples.written.length).toBeGreaterThan(0);
    expect(surroundings.processes[0]?.peakMemoryBytes).toBeGreaterThan(1e6);
  }
});

test('a part that is interrupted tells what it has written', async () => {
  const interrupted = new AbortController();
  setTimeout(() => interrupted.abort(), 3_000);

  const { ending, samples } = await runSegment({
    ...{ load, segment: { index: 0, of: 1 }, k6File, jwtSecret: JWT_SECRET },
    signal: interrupted.signal,
  });

  expect(ending.code).not.toBe(0);
  expect(samples.written.length).toBeGreaterThan(0);
});

test('the command leaves a result of one part, and is refused a start that is past', async () => {
  const run = async (...args: string[]) =>
    await promisify(execFile)(COMMAND[0], [COMMAND[1], 'load:runner', '--load', load.folder, ...args], {
      env: { ...process.env, JWT_SECRET },
    }).then(
      () => ({ code: 0, stderr: '' }),
      (failed: { code: number; stderr: string }) => failed,
    );
  const out = join(folder, 'part.txt');

  const late = await run('--segment', '1/1', '--start-at', '2020-01-01T00:00:00Z', '--out', out);
  expect([late.code, late.stderr, existsSync(out)]).toEqual([
    4,
    expect.stringContaining('that is past'),
    false,
  ]);

  expect((await run('--segment', '2/3', '--out', out)).code).toBe(0);
  expect(readRunnerResult(out)).toMatchObject({
    load: load.id,
    sha256: load.sha256,
    segment: { index: 1, of: 3 },
  });
});
