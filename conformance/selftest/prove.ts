import { concurrently } from '../../reference-worker/target/concurrently.ts';
import type { System } from '../../reference-worker/target/index.ts';
import { PreflightError } from '../../reference-worker/target/index.ts';
import type { Check } from '../checks/check.ts';
import type { Outcome } from '../checks/run-check.ts';
import { applyDefect } from '../defects/apply.ts';
import type { Defect } from '../defects/defect.ts';
import { runChecks } from '../run/index.ts';
import { checksUpTo, type Kill, killOf, survivor } from './kill.ts';

export interface ProofOptions {
  readonly system: System;
  readonly checks: readonly Check[];
  readonly seed: number;
  /** Whether to learn, too, which check of the area a user would meet first: three times the work. */
  readonly findsFirst: boolean;
  readonly signal: AbortSignal;
}

/** Starting a platform waits more than it works, so a second one costs little. */
const AT_ONCE = 2;

/** Runs every check on the reference Worker. @throws the reason of the signal; PlatformError */
export const baselineOf = (options: ProofOptions): Promise<Outcome[]> =>
  runChecks({ ...options, effort: 'fast', onOutcome: () => undefined });

/**
 * Builds each defective Worker and runs the check that it names on it.
 *
 * @param onKill told as soon as it is known, in no order
 * @returns in the order of the defects
 * @throws the reason of the signal; PlatformError; Error for a defect that does not apply
 */
export async function provoke(
  defects: readonly Defect[],
  options: ProofOptions,
  onKill: (kill: Kill) => void,
): Promise<Kill[]> {
  const kills = new Map<Defect, Kill>();
  await concurrently(defects, AT_ONCE, options.signal, async (defect, signal) => {
    const kill = await provokeRepeatedly(defect, { ...options, signal });
    kills.set(defect, kill);
    onKill(kill);
  });
  return defects.flatMap((defect) => kills.get(defect) ?? []);
}

/**
 * That a check can fail is shown by one time that it does. Some defects need a moment that a busy machine can miss: the
 * reference Worker gives KV 100 ms of real time, and then there is no cache to be wrong.
 */
const ATTEMPTS = 3;

async function provokeRepeatedly(defect: Defect, options: ProofOptions): Promise<Kill> {
  let kill = await provokeOne(defect, options);
  for (let attempt = 1; attempt < ATTEMPTS && kill.survived !== undefined; attempt++)
    kill = await provokeOne(defect, { ...options, seed: options.seed + attempt });
  return kill;
}

async function provokeOne(defect: Defect, options: ProofOptions): Promise<Kill> {
  const { entry, remove } = applyDefect(defect);
  try {
    const checks = options.findsFirst
      ? checksUpTo(defect, options.checks)
      : options.checks.filter(({ id }) => id === defect.check);
    let isCaught = false;
    const onOutcome = ({ verdict }: Outcome): void => {
      isCaught ||= verdict === 'FAIL';
    };
    const isNeeded = ({ id }: Check): boolean => id === defect.check || !isCaught;
    const run = { ...options, checks, entry, effort: 'fast', onOutcome, isNeeded } as const;
    return killOf(defect, await runChecks(run));
  } catch (error) {
    // A Worker that cannot even be asked anything was not caught by a check.
    if (error instanceof PreflightError) return survivor(defect, error.message);
    throw error;
  } finally {
    remove();
  }
}
