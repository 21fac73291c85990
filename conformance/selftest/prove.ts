import {
  applyMutation,
  concurrently,
  mutatedFiles,
  mutationsOf,
  PreflightError,
  type System,
} from '../../reference-worker/target/index.ts';
import type { Check, CheckOutcome } from '../checks/index.ts';
import { isClaimBroken } from '../checks/index.ts';
import { runChecks } from '../run/index.ts';
import { checksUpTo, type Kill, killOf, survivor } from './kill.ts';
import type { CheckMutation } from './mutations.ts';
import { type MutantRunner, openRunner } from './runner/index.ts';

export interface ProofOptions {
  readonly system: System;
  readonly checks: readonly Check[];
  readonly seed: number;
  /** Whether to learn, too, which check of the area a user would meet first: three times the work. */
  readonly findsFirst: boolean;
  readonly signal: AbortSignal;
}

/** Checks wait more than they work, so a second platform costs little. */
const AT_ONCE = 2;
/** As many as are worth one start of a platform, and few enough that two hands end at about the same time. */
const TOGETHER = 16;

/** Runs every check on the reference Worker. @throws the reason of the signal; PlatformError */
export const baselineOf = (options: ProofOptions): Promise<CheckOutcome[]> =>
  runChecks({ ...options, effort: 'fast', onOutcome: () => undefined });

/**
 * Runs on each mutated Worker the check that it names.
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
  await concurrently(groupsOf(mutations, options.checks), AT_ONCE, options.signal, async (group, signal) => {
    const add = (kill: Kill): void => {
      kills.set(kill.mutation, kill);
      onKill(kill);
    };
    for (const mutation of await uncaughtOf(group, { ...options, signal }, add))
      add(await runRepeatedly(mutation, { ...options, signal }));
  });
  return mutations.flatMap((mutation) => kills.get(mutation) ?? []);
}

/** Those whose checks need the same environment, so that none is started for a few. */
function groupsOf(
  mutations: readonly CheckMutation[],
  checks: readonly Check[],
): (readonly CheckMutation[])[] {
  const environmentOf = ({ check }: CheckMutation) => checks.find(({ id }) => id === check)?.environment;
  return (['simulated-time', 'real-time'] as const).flatMap((environment) => {
    const here = mutations.filter((mutation) => environmentOf(mutation) === environment);
    return Array.from({ length: Math.ceil(here.length / TOGETHER) }, (_, index) =>
      here.slice(index * TOGETHER, (index + 1) * TOGETHER),
    );
  });
}

/**
 * Runs mutations on platforms that they share.
 *
 * @returns those that were not caught there, or where it is not certain that they were: they get a platform of their own
 */
async function uncaughtOf(
  group: readonly CheckMutation[],
  options: ProofOptions,
  onKill: (kill: Kill) => void,
): Promise<readonly CheckMutation[]> {
  if (group.length < 2) return group;
  const { worker } = mutationsOf(options.system);
  const changes = group.map((mutation) => [mutation, mutatedFiles(mutation, worker)] as const);
  const runner = openRunner(new Map(changes), options);
  try {
    const tried = new Map<CheckMutation, Kill>();
    for (const mutation of group) tried.set(mutation, await runShared(mutation, runner, options));
    const doubtful = await runner.doubtful();
    const caught = [...tried.values()].filter(
      ({ mutation, survived }) => survived === undefined && !doubtful.includes(mutation),
    );
    for (const kill of caught) onKill(kill);
    return group.filter((mutation) => !caught.some((kill) => kill.mutation === mutation));
  } finally {
    await runner.stop();
  }
}

async function runShared(
  mutation: CheckMutation,
  runner: MutantRunner<CheckMutation>,
  { checks, findsFirst }: ProofOptions,
): Promise<Kill> {
  const upTo = findsFirst ? checksUpTo(mutation, checks) : [];
  const before = await runner.run(
    mutation,
    upTo.filter(({ id }) => id !== mutation.check),
    ({ verdict }) => verdict === 'FAIL',
  );
  const named = checks.filter(({ id }) => id === mutation.check);
  const { outcomes } = await runner.run(mutation, named, isClaimBroken);
  return killOf(mutation, [...before.outcomes, ...outcomes]);
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

/** Builds the mutated Worker alone, and runs it on a platform of its own. */
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
