import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { listen } from '../../reference-worker/local/backend/index.ts';
import { decide, type Verdict } from '../../reports/index.ts';
import { findK6 } from '../k6-binary/find-k6.ts';
import { Scenario } from '../scenarios/index.ts';
import { clean } from '../testing/clean-evidence.ts';
import { ACCOUNT, JWT_SECRET, writeJourney } from '../testing/journey-files.ts';
import { OPERATIONS, scenarios } from '../testing/scenarios.ts';
import { startTrivialTarget } from '../testing/trivial-target.ts';
import { signalsOf } from '../verdict/index.ts';
import { type DriveOptions, drive } from './drive.ts';
import type { Observations } from './observations.ts';

/** Real k6, starved in earnest, against a server that costs next to nothing. Simulated ones: ../verdict/classification.test.ts. */
const lenient = { p95Ms: 500, p99Ms: 1500, why: 'far above chance' };
const closed = Scenario.parse({
  ...scenarios.smoke,
  virtualUsers: 60,
  thinkTimeMedianMs: 600,
  minimumSamples: 1,
  // Other tests may be at work on this machine: what is slow here must be slow beyond doubt.
  objectives: Object.fromEntries(OPERATIONS.map((name) => [name, { ...lenient, failureBudget: 0.005 }])),
  totalObjective: lenient,
  phases: [
    { name: 'ramp', seconds: 1, share: 1, counts: false },
    { name: 'settle', seconds: 1, share: 1, counts: false },
    { name: 'hold', seconds: 7, share: 1, counts: true },
  ],
});
const open = Scenario.parse({ ...closed, model: 'open' });
const folder = mkdtempSync(join(tmpdir(), 'starved-'));
let k6File: string;

beforeAll(async () => {
  k6File = (await findK6()).file;
});

interface Shortage {
  readonly scenario?: Scenario;
  readonly generators?: number;
  /** Shell commands before k6 takes over the process, whose id is $$. */
  readonly shell?: string;
}

async function run(
  url: string,
  { scenario = closed, generators = 1, shell }: Shortage,
): Promise<Observations> {
  const files = await writeJourney(folder, scenario, url);
  const platform: DriveOptions['platform'] = {
    processes: [],
    failed: new Promise(() => undefined),
    control: { usage: async () => ({ eventLoopDelayP99Ms: 12, databases: [], kv: [], buckets: [] }) },
  };
  const { signal } = new AbortController();
  const options = { platform, scenario, ...files, jwtSecret: JWT_SECRET, generators, signal };
  return await drive({ ...options, outputs: [], dashboard: false, k6File: shell ? wrapped(shell) : k6File });
}

function wrapped(shell: string): string {
  const file = join(folder, 'k6.sh');
  writeFileSync(file, `#!/bin/sh\n${shell}\nexec ${k6File} "$@"\n`);
  chmodSync(file, 0o755);
  return file;
}

/** A machine that starves k6 for a while makes any of these VOID, rightly: such a run is made again. */
const MADE_AGAIN = { retry: 2 };

/** Others may be at work on this machine, so that every core is busy: those rules have tests of their own. */
function verdictOf(observations: Observations): Verdict {
  const cpu = { ...observations.surroundings.cpu, crowdedPercent: 0 };
  const surroundings = { ...observations.surroundings, cpu, machineFullPercent: 0, runnerDelayP99Ms: 0 };
  return decide(signalsOf({ ...clean, ...observations, surroundings }));
}

const inAWhile = (ms: number) => () => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** @param answerMs long enough for several requests to be under way at once */
async function againstHealthy(shortage: Shortage, answerMs = 150): Promise<Verdict> {
  const target = await startTrivialTarget({ account: ACCOUNT, before: inAWhile(answerMs) });
  return verdictOf(await run(target.url, shortage).finally(target.stop));
}

describe('the generator is the limit', () => {
  test.each<[string, string, string, Shortage]>([
    ['out of file descriptors', 'VOID', 'generator-sockets', { shell: 'ulimit -n 15' }],
    [
      'stopped for three seconds',
      'VOID',
      'generator-silence',
      { shell: '(sleep 4; kill -STOP $$; sleep 3; kill -CONT $$) &' },
    ],
    [
      'starved of CPU: four fifths of the time it does not run',
      'VOID',
      'generator-lateness',
      { shell: '(while sleep 0.05 && kill -STOP $$; do sleep 0.2; kill -CONT $$; done) 2>/dev/null &' },
    ],
    ['killed', 'VOID', 'generator-ended-early', { shell: '(sleep 4; kill -KILL $$) &' }],
  ])('%s: %s', async (_, outcome, signal, shortage) => {
    expect(await againstHealthy(shortage)).toMatchObject({ outcome, signal });
  });
});

describe('the target is the limit', MADE_AGAIN, () => {
  test('slow: FAIL', async () => {
    const target = await startTrivialTarget({ account: ACCOUNT, before: inAWhile(1500) });

    const verdict = verdictOf(await run(target.url, {}).finally(target.stop));

    expect(verdict).toMatchObject({ outcome: 'FAIL', signal: expect.stringMatching(/^p95/) });
  });

  test('too slow for the rate: FAIL', async () => {
    const target = await startTrivialTarget({ account: ACCOUNT, before: inAWhile(4000) });

    const verdict = verdictOf(await run(target.url, { scenario: open }).finally(target.stop));

    expect(verdict).toMatchObject({ outcome: 'FAIL', signal: 'unstarted-requests' });
  });

  test('gone in the middle: FAIL', async () => {
    const target = await startTrivialTarget({ account: ACCOUNT });
    setTimeout(target.stop, 5000);

    const verdict = verdictOf(await run(target.url, {}));

    expect(verdict).toMatchObject({ outcome: 'FAIL', signal: expect.stringMatching(/^failure-rate/) });
  });

  test.each([
    ['redirects', 302],
    ['refuses every token', 401],
  ])('%s: never PASS', async (_, status) => {
    const server = createServer((_request, response) => {
      const headers = { location: '/elsewhere', 'cache-control': 'private, no-store' };
      response.writeHead(status, headers).end('{}');
    });
    const port = await listen(server);

    const observations = await run(`http://localhost:${port}`, {}).finally(() => server.close());

    expect(verdictOf(observations).outcome).toBe('FAIL');
    expect(observations.aggregate.total.failures).toBe(observations.aggregate.total.requests);
  });
});

describe('nothing is wrong: PASS', MADE_AGAIN, () => {
  test.each<[string, Shortage]>([
    ['closed', {}],
    ['open', { scenario: open }],
    ['two generators', { generators: 2 }],
    ['three generators on a schedule', { scenario: open, generators: 3 }],
  ])('%s', async (_, shortage) => {
    expect(await againstHealthy(shortage)).toMatchObject({ outcome: 'PASS', signal: 'none' });
  });
});
