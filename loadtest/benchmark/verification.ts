import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';
import pidusage from 'pidusage';
import type { Phase } from '../../reports/schema/index.ts';
import { compareBlocks, type Pair } from '../../reports/statistics/index.ts';
import { bundleScript } from '../bundle-script.ts';
import { Scenario } from '../scenarios/index.ts';
import { ACCOUNT, accountOf, scenarios, startTrivialTarget, system } from '../testing/index.ts';
import { runScript } from './run-script.ts';

/**
 * What verification costs the generator, as the same requests at one rate with and without it; the target answers at once,
 * with pages as full as they can be.
 *
 * - CPU where k6 has memory to spare: side by side, so that a machine that grows slower or faster does so for both.
 * - CPU and memory of as many users as `steady` has at most, one after the other. k6 is held to a limit there and collects
 *   its garbage the sooner the more of it is in use: what verification keeps for each user costs CPU.
 */
const MOST_RATIO = 1.1;
const MEMORY_MAX_BYTES = 1.2e9;
const PAIRS = 8;
const EDGE_SECONDS = 1;

/** 200 requests a second, twice: enough for the CPU time to be theirs, and far from what two cores can do. */
const atOneRate = Scenario.parse({
  ...scenarios['peak-rate'],
  sizeBytes: 8e6,
  virtualUsers: 200,
  thinkTimeMedianMs: 835,
  phases: rampAndHold(4, 30),
});

const allUsers = Scenario.parse({ ...scenarios.steady, sizeBytes: 8e6, phases: rampAndHold(40, 60) });

function rampAndHold(rampSeconds: number, holdSeconds: number): Phase[] {
  return [
    { name: 'ramp', seconds: rampSeconds, share: 1, counts: false },
    { name: 'hold', seconds: holdSeconds, share: 1, counts: true },
  ];
}

/** Reads the one number that the journey needs, as any script would, and looks at nothing else. */
const WITHOUT_VERIFICATION = `export const verifyBody = (received, { shape }) =>
  ({ documents: 0, version: shape === 'document' ? received.json('_version') : undefined, violations: [] });`;

const withoutVerification: Plugin = {
  name: 'without-verification',
  setup({ onLoad }) {
    onLoad({ filter: /\/verify\.ts$/ }, () => ({ contents: WITHOUT_VERIFICATION }));
  },
};

interface Scripts {
  readonly with: string;
  readonly without: string;
}

interface Cost {
  /** Of k6 while the rate is constant, its edges left out. */
  readonly cpuMs: number;
  readonly peakBytes: number;
}

async function costOf(script: string, scenario: Scenario, signal: AbortSignal): Promise<Cost> {
  const [rampSeconds = 0, holdSeconds = 0] = scenario.phases.map(({ seconds }) => seconds);
  const lastSecond = rampSeconds + holdSeconds - EDGE_SECONDS;
  const target = await startTrivialTarget({ account: ACCOUNT });
  let everySecond: NodeJS.Timeout | undefined;
  const readings: Promise<{ ctime: number; memory: number }>[] = [];
  await runScript({
    scenario,
    url: target.url,
    script,
    signal,
    onStart: (pid) => {
      everySecond = setInterval(() => {
        readings.push(pidusage(pid));
        if (readings.length === lastSecond) clearInterval(everySecond);
      }, 1000);
    },
  }).finally(() => {
    clearInterval(everySecond);
    target.stop();
  });
  const seconds = await Promise.all(readings);
  const from = seconds[rampSeconds + EDGE_SECONDS - 1]?.ctime ?? Number.NaN;
  const to = seconds[lastSecond - 1]?.ctime ?? Number.NaN;
  return { cpuMs: to - from, peakBytes: Math.max(...seconds.map(({ memory }) => memory)) };
}

async function measurePair(scripts: Scripts, signal: AbortSignal): Promise<Pair<Cost>> {
  const [candidate, baseline] = await Promise.all([
    costOf(scripts.with, atOneRate, signal),
    costOf(scripts.without, atOneRate, signal),
  ]);
  console.log(`${baseline.cpuMs} ms of CPU without verification, ${candidate.cpuMs} ms with it`);
  return { baseline, candidate };
}

async function benchmark(scripts: Scripts, signal: AbortSignal): Promise<number> {
  const account = accountOf(atOneRate);
  await bundleScript(scripts.with, system, account);
  await bundleScript(scripts.without, system, account, [withoutVerification]);
  const pairs: Pair<Cost>[] = [];
  while (pairs.length < PAIRS) pairs.push(await measurePair(scripts, signal));
  const { ratio, interval } = compareBlocks(pairs, ({ cpuMs }) => cpuMs, {
    ...{ smallestEffect: 0, equivalence: 0, comparisons: 1 },
  });
  const verified = await costOf(scripts.with, allUsers, signal);
  const unverified = await costOf(scripts.without, allUsers, signal);
  const heldRatio = verified.cpuMs / unverified.cpuMs;

  const percent = (of: number): string => `${(100 * (of - 1)).toFixed(1)} %`;
  const users = `${allUsers.virtualUsers} verified users`;
  console.log(
    `Verification costs ${percent(ratio)} more CPU of k6 (95 %: ${percent(interval.low)} to ${percent(interval.high)}); ` +
      `the bound is ${percent(MOST_RATIO)}.\n` +
      `${users} take ${(verified.peakBytes / 1e6).toFixed(0)} MB; the bound is ${MEMORY_MAX_BYTES / 1e6} MB.\n` +
      `${users}, held to that, cost ${percent(heldRatio)} more CPU than unverified ones ` +
      `(${unverified.cpuMs} ms, ${verified.cpuMs} ms), once.`,
  );
  const met = ratio <= MOST_RATIO && heldRatio <= MOST_RATIO && verified.peakBytes <= MEMORY_MAX_BYTES;
  return met ? 0 : 1;
}

/** Of what is written nothing is left, however it ends. @returns the exit code */
export async function verificationBenchmark(signal: AbortSignal): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'shardproof-verification-'));
  try {
    return await benchmark({ with: join(folder, 'with.js'), without: join(folder, 'without.js') }, signal);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
