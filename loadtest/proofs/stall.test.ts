import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Latency } from '../../reports/schema/index.ts';
import { latencyOf } from '../../reports/statistics/index.ts';
import { runScript } from '../benchmark/run-script.ts';
import { meanThinkTimeMs, Scenario } from '../scenarios/index.ts';
import { ACCOUNT } from '../testing/journey-files.ts';
import { scenarios } from '../testing/scenarios.ts';
import { startTrivialTarget } from '../testing/trivial-target.ts';

/**
 * Coordinated omission (G. Tene, "How not to measure latency", 2013): a target answers in 400 ms and once keeps every
 * answer back for 5 s. At a constant rate everything about that is known beforehand.
 */
const SERVICE_MS = 400;
const STALL_MS = 5_000;
const STALL_AFTER_MS = 9_000;
const HOLD_MS = 20_000;
const REQUESTS_PER_SECOND = 20;
const TOLERANCE = 0.05;

const phases = [
  { name: 'ramp', seconds: 2, share: 1, counts: false },
  { name: 'settle', seconds: 2, share: 1, counts: false },
  { name: 'hold', seconds: HOLD_MS / 1000, share: 1, counts: true },
];
const thinkTimeOf = (meanMs: number): number =>
  (meanMs * 1000) / meanThinkTimeMs({ ...scenarios.smoke, thinkTimeMedianMs: 1000 });
const users = 300;
const open = Scenario.parse({
  ...scenarios['peak-rate'],
  sizeBytes: 8e6,
  virtualUsers: users,
  thinkTimeMedianMs: thinkTimeOf((users * 1000) / REQUESTS_PER_SECOND),
  phases,
});
/** The usual script: a few users who hardly think, and who all wait while the target stalls. */
const naive = Scenario.parse({
  ...scenarios.smoke,
  virtualUsers: 2,
  thinkTimeMedianMs: thinkTimeOf(20),
  phases,
});

/** An answer is due 400 ms after its request, or at the end of the stall if that is later. */
function stallingOnce(): () => Promise<void> {
  let stallsAtMs: number | undefined;
  return async () => {
    const nowMs = performance.now();
    stallsAtMs ??= nowMs + STALL_AFTER_MS;
    const dueMs = nowMs + SERVICE_MS;
    const stallEndsMs = stallsAtMs + STALL_MS;
    const isHeldBack = dueMs >= stallsAtMs && dueMs < stallEndsMs;
    await delay((isHeldBack ? stallEndsMs : dueMs) - nowMs);
  };
}

/** Requests that start in the stall wait for between 400 ms and 5.4 s, each as likely as the other. */
function expectedMs(percentile: number): number {
  const shareAbove = 1 - percentile / 100;
  const longestMs = SERVICE_MS + STALL_MS;
  return Math.max(SERVICE_MS, longestMs - shareAbove * HOLD_MS);
}

test('a stall of 5 s shows in the open model as it must, and hides from a closed script', async () => {
  const target = await startTrivialTarget({ account: ACCOUNT, before: stallingOnce() });

  const [measured, closed] = await Promise.all([
    runScript({ scenario: open, url: target.url }),
    runScript({ scenario: naive, url: target.url }),
  ]).finally(target.stop);

  const latency = latencyOf(measured.total.histogram);
  const naiveLatency = latencyOf(closed.total.histogram);
  const figures = (of: Latency): number[] => [of.p50Ms, of.p95Ms, of.p99Ms, of.p999Ms].map(Math.round);
  // Not console.log, which the runner keeps to itself when all is well.
  process.stdout.write(
    `p50, p95, p99, p99.9 in ms: expected ${[50, 95, 99, 99.9].map(expectedMs).map(Math.round)}; ` +
      `open model, from the intended start: ${figures(latency)} (${latency.count} requests); ` +
      `closed, from sending: ${figures(naiveLatency)} (${naiveLatency.count} requests)\n`,
  );
  expect(measured.droppedIterations).toBe(0);
  expect(latency.count).toBeCloseTo((REQUESTS_PER_SECOND * HOLD_MS) / 1000, -1);
  for (const [percentile, figure] of [
    [50, latency.p50Ms],
    [99, latency.p99Ms],
    [99.9, latency.p999Ms],
  ] as const) {
    expect(Math.abs(figure / expectedMs(percentile) - 1), `p${percentile}`).toBeLessThan(TOLERANCE);
  }
  expect(naiveLatency.p95Ms).toBeLessThan(expectedMs(95) / 5);
});
