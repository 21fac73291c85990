import type { PlatformFailure, System } from '../../reference-worker/target/index.ts';
import {
  preflight,
  type StartedTarget,
  startLocal,
  type Target,
} from '../../reference-worker/target/index.ts';
import { type Check, type CheckOutcome, checkRunner, type RunOptions } from '../checks/index.ts';

export interface RunChecksOptions extends RunOptions {
  readonly system: System;
  readonly checks: readonly Check[];
  /** Source of another Worker that is bound as the system's own is. */
  readonly entry?: string | undefined;
  readonly signal: AbortSignal;
  readonly onOutcome: (outcome: CheckOutcome) => void;
  /** Asked before each check; what is not needed any more is left out of the outcomes. */
  readonly isNeeded?: (check: Check) => boolean;
  /** Told of each environment as it is started: whose tokens a report must not show. */
  readonly onStarted?: (target: Target) => void;
}

/**
 * Runs checks on the local platform: starts the environments that they need, and runs them side by side. The checks of one
 * environment come one after the other. No process is left, however it ends.
 *
 * @returns the outcomes, in the order of the checks
 * @throws the reason of the signal; PlatformError; PreflightError
 */
export async function runChecks(options: RunChecksOptions): Promise<CheckOutcome[]> {
  const { checks } = options;
  const failed = new AbortController();
  const signal = AbortSignal.any([options.signal, failed.signal]);
  const environments = (['real-time', 'simulated-time'] as const).map(async (environment) => {
    const mine = checks.filter((check) => check.environment === environment);
    if (mine.length === 0) return [];
    try {
      signal.throwIfAborted();
      const started = await startLocal({ ...options, environment });
      options.onStarted?.(started.target);
      return await runIn(started, mine, { ...options, signal });
    } catch (error) {
      failed.abort(error);
      throw error;
    }
  });
  const settled = await Promise.allSettled(environments);
  options.signal.throwIfAborted();
  failed.signal.throwIfAborted();
  const outcomes = settled.flatMap((environment) =>
    environment.status === 'fulfilled' ? environment.value : [],
  );
  return checks.flatMap((check) => outcomes.find((outcome) => outcome.check === check) ?? []);
}

async function runIn(
  { target, offer, stop }: StartedTarget,
  checks: readonly Check[],
  options: RunChecksOptions,
): Promise<CheckOutcome[]> {
  const { signal, onOutcome, isNeeded = () => true } = options;
  let failure: PlatformFailure | undefined;
  target.platform?.platform.failed.then((each) => {
    failure = each;
  });
  const outcomes: CheckOutcome[] = [];
  try {
    const { showsCache } = await unlessAborted(preflight(target), signal);
    if (showsCache) offer('kv');
    const run = checkRunner(target, options);
    for (const check of checks) {
      if (!isNeeded(check)) continue;
      const outcome = await unlessAborted(failure ? notRun(check, failure) : run(check), signal);
      outcomes.push(outcome);
      onOutcome(outcome);
    }
  } finally {
    await stop();
  }
  return outcomes;
}

/** What is given up goes on until the platform that it asks is gone. */
export function unlessAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

const notRun = async (check: Check, { name, signal, code }: PlatformFailure): Promise<CheckOutcome> => ({
  check,
  verdict: 'INCONCLUSIVE',
  reason: `It was not run: on the local platform ${name} had ended with ${signal ?? `code ${code}`}.`,
  claims: 0,
  controls: 0,
  failures: [],
  remarks: [],
  durationMs: 0,
});
