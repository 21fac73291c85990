import {
  applyMutation,
  concurrently,
  PreflightError,
  type System,
} from '../../reference-worker/target/index.ts';
import type { Check, CheckOutcome } from '../checks/index.ts';
import { runChecks } from '../run/index.ts';
import { checksUpTo, type Kill, killOf, survivor } from './kill.ts';
import type { CheckMutation } from './mutations.ts';

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
export const baselineOf = (options: ProofOptions): Promise<CheckOutcome[]> =>
  runChecks({ ...options, effort: 'fast', onOutcome: () => undefined });

/**
 * Builds each mutated Worker and runs the check that it names on it.
 *
 * @param onKill told as soon as it is known, in no order
 * @returns in the order of the mutations
 * @throws the reason of the signal; PlatformError; MutationError for one that does not apply
 */
export async function killsOf(
  mutations: readonly CheckMutation[],
  options: ProofOptions,
  onKill: (kill: Kill) => void,
): Promise<Kill[]> {
  const kills = new Map<CheckMutation, Kill>();
  await concurrently(mutations, AT_ONCE, options.signal, async (mutation, signal) => {
    const kill = await runRepeatedly(mutation, { ...options, signal });
    kills.set(mutation, kill);
    onKill(kill);
  });
  return mutations.flatMap((mutation) => kills.get(mutation) ?? []);
}

/**
 * That a check can fail is shown by one time that it does. Some mutations need a moment that a busy machine can miss: the
 * reference Worker gives KV 100 ms of real time, and then there is no cache to be wrong.
 */
const ATTEMPTS = 3;

async function runRepeatedly(mutation: CheckMutation, options: ProofOptions): Promise<Kill> {
  let kill = await runOne(mutation, options);
  for (let attempt = 1; attempt < ATTEMPTS && kill.survived !== undefined; attempt++)
    kill = await runOne(mutation, { ...options, seed: options.seed + attempt });
  return kill;
}

async function runOne(mutation: CheckMutation, options: ProofOptions): Promise<Kill> {
  const { entry, remove } = applyMutation(mutation, options.system);
  try {
    const checks = options.findsFirst
      ? checksUpTo(mutation, options.checks)
      : options.checks.filter(({ id }) => id === mutation.check);
    let isCaught = false;
    const onOutcome = ({ verdict }: CheckOutcome): void => {
      isCaught ||= verdict === 'FAIL';
    };
    const isNeeded = ({ id }: Check): boolean => id === mutation.check || !isCaught;
    const run = { ...options, checks, entry, effort: 'fast', onOutcome, isNeeded } as const;
    return killOf(mutation, await runChecks(run));
  } catch (error) {
    // A Worker that cannot even be asked anything was not caught by a check.
    if (error instanceof PreflightError) return survivor(mutation, error.message);
    throw error;
  } finally {
    remove();
  }
}
