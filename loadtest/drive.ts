import { setTimeout as delay } from 'node:timers/promises';
import { startProgress, timeLeft } from '../fixtures/progress.ts';
import type { Platform, PlatformFailure } from '../reference-worker/local/platform.ts';
import { RunAggregator } from './aggregate.ts';
import type { Profile } from './profiles.ts';
import { type K6Ending, type K6Run, startK6, THRESHOLDS_CROSSED } from './run-k6.ts';
import type { Death, Observations } from './signals.ts';
import { GeneratorWatch } from './watch.ts';

export interface DriveOptions {
  readonly platform: Platform;
  readonly profile: Profile;
  readonly k6File: string;
  readonly script: string;
  readonly planFile: string;
  readonly jwtSecret: string;
  readonly signal: AbortSignal;
}

/** How much longer than planned k6 may take to start and to stop. */
const OVERTIME_MS = 60_000;
const LOG_LINES = 6;

/**
 * Lets k6 work against the platform until it is done or something dies, and gathers what was measured.
 *
 * @throws the reason of `signal`; k6 has been stopped then
 */
export async function drive(options: DriveOptions): Promise<Observations> {
  const { platform, profile, k6File, script, planFile, jwtSecret, signal } = options;
  const aggregator = new RunAggregator(profile.virtualUsers, profile.settleSeconds * 1000);
  const k6 = startK6({
    file: k6File,
    script,
    planFile,
    jwtSecret,
    onSample: (sample) => aggregator.add(sample),
  });
  const watched = [...platform.processes, { role: 'generator' as const, name: 'k6', pid: k6.pid }];
  const watch = new GeneratorWatch(watched);
  const stopProgress = showProgress(aggregator, profile);
  const death = await untilEnd(k6, platform, profile, signal).finally(async () => {
    stopProgress();
    await k6.stop();
    // Its last samples count too: a leak in the last response is a leak.
    await k6.ended;
    watch.stop();
  });
  const aggregate = aggregator.result();
  return { profile, aggregate, surroundings: watch.surroundings(aggregate.hold), death };
}

/** @returns what died before its time, if anything did */
async function untilEnd(
  k6: K6Run,
  platform: Platform,
  profile: Profile,
  signal: AbortSignal,
): Promise<Death | undefined> {
  const over = new AbortController();
  const limitMs = durationMsOf(profile) + OVERTIME_MS;
  const tooLate: Death = { role: 'generator', name: 'k6', detail: `did not end within ${limitMs / 1000} s` };
  const late = delay(limitMs, tooLate, { signal: AbortSignal.any([signal, over.signal]) }).catch(() => {
    signal.throwIfAborted();
    return undefined;
  });
  try {
    return await Promise.race([k6.ended.then(deathOfK6), platform.failed.then(deathOfPlatform), late]);
  } finally {
    over.abort();
  }
}

function deathOfK6({ code, signal, log }: K6Ending): Death | undefined {
  for (const line of log) process.stderr.write(`k6: ${line}\n`);
  if (code === 0 || code === THRESHOLDS_CROSSED) return undefined;
  return { role: 'generator', name: 'k6', detail: `ended with ${signal ?? `code ${code}`}` };
}

function deathOfPlatform({ role, name, code, signal, log }: PlatformFailure): Death {
  for (const line of log.split('\n').slice(-LOG_LINES)) process.stderr.write(`${name}: ${line}\n`);
  return { role, name, detail: `ended with ${signal ?? `code ${code}`}` };
}

const durationMsOf = ({ rampSeconds, settleSeconds, holdSeconds }: Profile): number =>
  (rampSeconds + settleSeconds + holdSeconds) * 1000;

/** @returns a function that ends the display */
function showProgress(aggregator: RunAggregator, profile: Profile): () => void {
  const { virtualUsers } = profile;
  const progress = startProgress(
    `load: ${virtualUsers} users in ${profile.rampSeconds} s, settling for ${profile.settleSeconds} s, then ` +
      `${profile.holdSeconds} s that count`,
  );
  const startedAtMs = Date.now();
  const durationMs = durationMsOf(profile);
  const timer = setInterval(() => {
    const { counters, timeline } = aggregator.result();
    const now = timeline.at(-1);
    const rate = timeline.at(-2)?.requests ?? 0;
    progress.update(
      `load: ${now?.virtualUsers ?? 0} of ${virtualUsers} users, ${rate} requests/s, ` +
        `${counters.bodies_checked} bodies checked, ${timeLeft(startedAtMs, (Date.now() - startedAtMs) / durationMs)}`,
    );
  }, 1000);
  return () => {
    clearInterval(timer);
    progress.done(`load: ${aggregator.result().counters.bodies_checked} bodies checked`);
  };
}
