import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';
import pidusage from 'pidusage';
import { bundleScript } from '../bundle-script.ts';
import { Scenario, scenarios } from '../scenarios/index.ts';
import { ACCOUNT } from '../testing/journey-files.ts';
import { runScript } from './run-script.ts';
import { startTrivialTarget } from './trivial-target.ts';

/**
 * What verification costs the generator: the same requests with and without it, at one rate, in ABBA order, so that a
 * machine that grows slower or faster counts for both. Compared is k6's CPU time while the rate is constant.
 */
const MOST_MORE_PERCENT = 10;
const LEAD_IN_SECONDS = 4;
const PLATEAU_SECONDS = 16;
const EDGE_MS = 1_000;
const ROUNDS = ['with', 'without', 'without', 'with'] as const;

const scenario = Scenario.parse({
  ...scenarios['peak-rate'],
  sizeBytes: 8e6,
  virtualUsers: 200,
  // 200 requests a second: enough for the CPU time to be theirs, and far from what the target can answer.
  thinkTimeMedianMs: 835,
  phases: [
    { name: 'ramp', seconds: LEAD_IN_SECONDS, share: 1, counts: false },
    { name: 'hold', seconds: PLATEAU_SECONDS, share: 1, counts: true },
  ],
});

const withoutVerification: Plugin = {
  name: 'without-verification',
  setup({ onResolve }) {
    const path = join(import.meta.dirname, 'without-verification.ts');
    onResolve({ filter: /\/verify\.ts$/ }, () => ({ path }));
  },
};

const folder = mkdtempSync(join(tmpdir(), 'shardproof-verification-'));
process.once('exit', () => rmSync(folder, { recursive: true }));
const scripts = { with: join(folder, 'with.js'), without: join(folder, 'without.js') } as const;
await bundleScript(scripts.with);
await bundleScript(scripts.without, [withoutVerification]);

/** k6's CPU time over the plateau, its first and last second left out. */
async function cpuMs(script: string): Promise<{ cpuMs: number; requests: number }> {
  const target = await startTrivialTarget({ account: ACCOUNT });
  const readings: Promise<number>[] = [];
  const readAfter = (pid: number, ms: number): void => {
    const later = Promise.withResolvers<number>();
    readings.push(later.promise);
    setTimeout(() => pidusage(pid).then(({ ctime }) => later.resolve(ctime), later.reject), ms);
  };
  const aggregate = await runScript({
    scenario,
    url: target.url,
    script,
    onStart: (pid) => {
      readAfter(pid, LEAD_IN_SECONDS * 1000 + EDGE_MS);
      readAfter(pid, (LEAD_IN_SECONDS + PLATEAU_SECONDS) * 1000 - EDGE_MS);
    },
  }).finally(target.stop);
  const [from = Number.NaN, to = Number.NaN] = await Promise.all(readings);
  return { cpuMs: to - from, requests: aggregate.total.requests };
}

const sums = { with: 0, without: 0 };
for (const round of ROUNDS) {
  const measured = await cpuMs(scripts[round]);
  console.log(`${round} verification: ${measured.cpuMs} ms of CPU, ${measured.requests} requests`);
  sums[round] += measured.cpuMs;
}
const morePercent = 100 * (sums.with / sums.without - 1);
console.log(
  `Verification costs ${morePercent.toFixed(1)} % more CPU of k6; the bound is ${MOST_MORE_PERCENT} %.`,
);
process.exitCode = morePercent <= MOST_MORE_PERCENT ? 0 : 1;
