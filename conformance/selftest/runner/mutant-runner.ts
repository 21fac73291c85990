import {
  mutationsOf,
  PreflightError,
  preflight,
  type StartedTarget,
  type System,
  startLocal,
} from '../../../reference-worker/target/index.ts';
import { type Check, type CheckOutcome, checkRunner, isClaimBroken } from '../../checks/index.ts';
import { unlessAborted } from '../../run/index.ts';
import { answeredBy, type ChangedFiles, manyWorkers, UNCHANGED } from './many-workers.ts';

export interface RunnerOptions {
  readonly system: System;
  readonly seed: number;
  readonly signal: AbortSignal;
}

/** What checks made of a mutant. */
export interface MutantRun {
  /** Of the checks that were run, in their order. */
  readonly outcomes: readonly CheckOutcome[];
  /** Why it was not asked any more: it does not start, it answers nobody, or it holds a check up. */
  readonly broken?: { readonly isHanging: boolean; readonly reason: string };
}

export interface MutantRunner<Mutant> {
  /**
   * Runs checks against a mutant, one after the other.
   *
   * @param isEnough asked after each of them; the others are not run then
   * @throws the reason of the signal
   */
  run(
    mutant: Mutant,
    checks: readonly Check[],
    isEnough: (outcome: CheckOutcome) => boolean,
  ): Promise<MutantRun>;
  /**
   * Which of the mutants that a claim fell for may have been caught by what others have left behind: where the checks that
   * caught them do not all pass the Worker as it is any more. What is asked next is then asked of a new platform.
   */
  doubtful(): Promise<readonly Mutant[]>;
  /** Ends every process. */
  stop(): Promise<void>;
}

type Environment = Check['environment'];

interface Running {
  readonly started: StartedTarget;
  /** How many mutants have been asked here. */
  uses: number;
}

/** Many times what any check takes, on a busy machine too: a Worker that hangs must not hold up the others. */
const PATIENCE_MS = 120_000;
/** Documents of a mutant must not meet those of another on the same platform: a check makes its ids of the seed. */
const SEEDS_BETWEEN = 1_000;

/**
 * Starts what runs mutants one after the other. They share a platform in each environment; its word against a mutant counts
 * only while the Worker as it is still passes there.
 *
 * @param mutants and what they change
 */
export function openRunner<Mutant>(
  mutants: ReadonlyMap<Mutant, ChangedFiles>,
  { system, seed, signal }: RunnerOptions,
): MutantRunner<Mutant> {
  const numbers = new Map([...mutants.keys()].map((mutant, index) => [mutant, index + 1]));
  const { entry, remove } = manyWorkers(mutationsOf(system).worker, [...mutants.values()]);
  const running = new Map<Environment, Running>();
  /** Those that a claim fell for where others had been before, and the checks that made it. */
  const unconfirmed = new Map<Mutant, Set<Check>>();
  /** Those of a platform that is gone. */
  const doubted = new Set<Mutant>();

  async function stop(environment: Environment): Promise<void> {
    const { started } = running.get(environment) ?? {};
    running.delete(environment);
    for (const [mutant, killers] of unconfirmed)
      if ([...killers].some((killer) => killer.environment === environment)) {
        doubted.add(mutant);
        unconfirmed.delete(mutant);
      }
    await started?.stop();
  }
  const stopAll = (): Promise<unknown> => Promise.all([stop('real-time'), stop('simulated-time')]);

  async function runnerIn(
    environment: Environment,
    number: number,
    ended: AbortSignal,
  ): Promise<(check: Check) => Promise<CheckOutcome>> {
    ended.throwIfAborted();
    const known = running.get(environment);
    const here = known ?? { started: await startLocal({ system, environment, seed, entry }), uses: 0 };
    if (ended.aborted) await here.started.stop();
    ended.throwIfAborted();
    running.set(environment, here);
    const target = answeredBy(here.started.target, number);
    const run = checkRunner(target, { seed: seed + SEEDS_BETWEEN * here.uses, effort: 'fast' });
    here.uses += 1;
    const { showsCache } = await preflight(target);
    if (showsCache) here.started.offer('kv');
    return run;
  }

  async function ask(
    number: number,
    checks: readonly Check[],
    isEnough: (outcome: CheckOutcome) => boolean,
    ended: AbortSignal,
  ): Promise<MutantRun> {
    const runners = new Map<Environment, (check: Check) => Promise<CheckOutcome>>();
    const outcomes: CheckOutcome[] = [];
    try {
      for (const check of checks) {
        const { environment } = check;
        const run = runners.get(environment) ?? (await runnerIn(environment, number, ended));
        runners.set(environment, run);
        const outcome = await run(check);
        outcomes.push(outcome);
        if (isEnough(outcome)) break;
      }
    } catch (error) {
      // All of them are in one bundle, so that what cannot be built or started is no mutant's doing.
      if (!(error instanceof PreflightError)) throw error;
      return { outcomes, broken: { isHanging: false, reason: error.message } };
    }
    return { outcomes };
  }

  /** Whether the Worker as it is passes where something was said against a mutant. */
  async function isSound(checks: readonly Check[], ended: AbortSignal): Promise<boolean> {
    const { outcomes, broken } = await ask(UNCHANGED, checks, isNotGreen, ended);
    return broken === undefined && !outcomes.some(isNotGreen);
  }

  async function askFairly(
    mutant: Mutant,
    checks: readonly Check[],
    isEnough: (outcome: CheckOutcome) => boolean,
    ended: AbortSignal,
  ): Promise<MutantRun> {
    const used = new Set(running.keys());
    const number = numbers.get(mutant) ?? UNCHANGED;
    const tried = await ask(number, checks, isEnough, ended);
    const accused = tried.outcomes.filter(({ check }) => used.has(check.environment)).filter(isNotGreen);
    const killers = accused.filter(isClaimBroken).map(({ check }) => check);
    if (killers.length > 0)
      unconfirmed.set(mutant, new Set([...(unconfirmed.get(mutant) ?? []), ...killers]));
    if (tried.outcomes.some(isClaimBroken)) return tried;
    if (tried.broken) {
      const next = checks[tried.outcomes.length];
      if (!next || !used.has(next.environment) || (await isSound([next], ended))) return tried;
      await stopAll();
      return ask(number, checks, isEnough, ended);
    }
    if (accused.length === 0) return tried;
    // Of a mutant that nothing caught, only what was not green is asked once more.
    for (const environment of new Set(accused.map(({ check }) => check.environment))) await stop(environment);
    const again = await ask(
      number,
      accused.map(({ check }) => check),
      isEnough,
      ended,
    );
    const outcomeOf = (outcome: CheckOutcome): CheckOutcome =>
      again.outcomes.find(({ check }) => check === outcome.check) ?? outcome;
    return { ...again, outcomes: tried.outcomes.map(outcomeOf) };
  }

  return {
    async run(mutant, checks, isEnough) {
      const patience = new AbortController();
      // For each check anew: how many a mutant has to meet says nothing about whether it hangs.
      const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
      const isEnoughSoFar = (outcome: CheckOutcome): boolean => {
        timer.refresh();
        return isEnough(outcome);
      };
      const ended = AbortSignal.any([signal, patience.signal]);
      try {
        return await unlessAborted(askFairly(mutant, checks, isEnoughSoFar, ended), ended);
      } catch (error) {
        await stopAll();
        signal.throwIfAborted();
        if (!patience.signal.aborted) throw error;
        const reason = `a check did not end within ${PATIENCE_MS / 1_000} s`;
        return { outcomes: [], broken: { isHanging: true, reason } };
      } finally {
        clearTimeout(timer);
      }
    },
    async doubtful() {
      for (const environment of ['real-time', 'simulated-time'] as const) {
        const killers = new Set([...unconfirmed.values()].flatMap((each) => [...each]));
        const here = [...killers].filter((killer) => killer.environment === environment);
        if (here.length > 0 && !(await isSound(here, signal))) await stop(environment);
      }
      unconfirmed.clear();
      const mutants = [...doubted];
      doubted.clear();
      return mutants;
    },
    async stop() {
      await stopAll();
      remove();
    },
  };
}

const isNotGreen = ({ verdict }: CheckOutcome): boolean => verdict !== 'PASS' && verdict !== 'SKIPPED';
