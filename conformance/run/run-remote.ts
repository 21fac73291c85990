import type { System } from '../../reference-worker/target/index.ts';
import {
  type CleanUp,
  openRemote,
  preflight,
  type TestAccount,
} from '../../reference-worker/target/index.ts';
import { type Check, type CheckOutcome, checkRunner, type RunOptions } from '../checks/index.ts';
import { unlessAborted } from './run-checks.ts';

export interface RunRemoteOptions extends RunOptions {
  readonly system: System;
  readonly accounts: readonly TestAccount[];
  readonly checks: readonly Check[];
  readonly signal: AbortSignal;
  readonly onOutcome: (outcome: CheckOutcome) => void;
  /** Told what became of the documents that were written; also when the run was interrupted or never began. */
  readonly onCleanUp: (cleanUp: CleanUp) => void;
}

const CLEAN_UP_LIMIT_MS = 60_000;

/**
 * Runs checks, one after the other, on whatever answers at the accounts' URLs, and deletes what they wrote. Checks whose
 * needs it cannot meet are skipped.
 *
 * @throws the reason of the signal; PreflightError
 */
export async function runRemoteChecks(
  options: RunRemoteOptions,
): Promise<{ outcomes: CheckOutcome[]; doubts: readonly string[] }> {
  const { checks, signal, onOutcome, onCleanUp } = options;
  const { target, offer, cleanUp } = openRemote(options);
  const outcomes: CheckOutcome[] = [];
  try {
    const { doubts, showsCache } = await unlessAborted(preflight(target), signal);
    if (showsCache) offer('kv');
    const run = checkRunner(target, options);
    for (const check of checks) {
      const outcome = await unlessAborted(run(check), signal);
      outcomes.push(outcome);
      onOutcome(outcome);
    }
    return { outcomes, doubts };
  } finally {
    onCleanUp(await cleanUp(CLEAN_UP_LIMIT_MS));
  }
}
