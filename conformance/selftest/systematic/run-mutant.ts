import { parseSync } from 'oxc-parser';
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
import { answeredBy, manyWorkers, UNCHANGED } from './many-workers.ts';
import type { Mutant } from './mutants.ts';

/** What became of a mutant. */
export type Fate =
  | { readonly fate: 'killed'; readonly check: string /** The claim that fell. */; readonly claim: string }
  /** @property noticed checks that ended in something else than PASS or SKIPPED, which is not a kill */
  | { readonly fate: 'survived'; readonly noticed: readonly string[] }
  /** No claim of the likeliest checks fell, and the others have not been run yet. */
  | { readonly fate: 'open' }
  /** It says nothing about any check: its types are wrong, or it does not start or answers nobody. */
  | { readonly fate: 'invalid'; readonly stage: 'types' | 'start'; readonly reason: string };

export interface MutantOptions {
  readonly system: System;
  readonly seed: number;
  readonly signal: AbortSignal;
}

export interface MutantRunner {
  /**
   * Runs checks against a mutant until a claim falls. A control that falls, or a check that breaks off, is no kill.
   *
   * @param checks the likeliest first
   * @throws the reason of the signal
   */
  fateOf(mutant: Mutant, checks: readonly Check[]): Promise<Fate>;
  /**
   * Which of the mutants that were killed may have been so by what others have left behind: where the checks that killed
   * them do not all pass the Worker as it is any more. What is asked next is then asked of a new platform.
   */
  doubtful(): Promise<readonly Mutant[]>;
  /** Ends every process. */
  stop(): Promise<void>;
}

type Environment = Check['environment'];

/** What is learnt of a mutant in one environment. */
interface Place {
  readonly run: (check: Check) => Promise<CheckOutcome>;
}

interface Running {
  readonly started: StartedTarget;
  /** How many mutants have been asked here. */
  uses: number;
}

/** Many times what all checks take: a Worker that hangs must not hold up the others. */
const PATIENCE_MS = 240_000;
/** Documents of a mutant must not meet those of another on the same platform: a check makes its ids of the seed. */
const SEEDS_BETWEEN = 1_000;

/**
 * Starts what runs mutants one after the other. All of them share a platform in real time; its word against a mutant counts
 * only while the Worker as it is still passes there. Simulated time begins anew for each.
 */
export function openRunner(
  mutants: readonly Mutant[],
  { system, seed, signal }: MutantOptions,
): MutantRunner {
  const broken = new Map(mutants.map((mutant) => [mutant, syntaxErrorOf(mutant)]));
  const whole = mutants.filter((mutant) => broken.get(mutant) === undefined);
  const { entry, remove } = manyWorkers(mutationsOf(system).worker, whole);
  const running = new Map<Environment, Running>();
  /** Those that were killed where others had been before, and by which check. */
  const unconfirmed = new Map<Mutant, Check>();
  /** Those of a platform that is gone. */
  const doubted: Mutant[] = [];

  async function stop(environment: Environment): Promise<void> {
    const { started } = running.get(environment) ?? {};
    running.delete(environment);
    if (environment === 'real-time') {
      doubted.push(...unconfirmed.keys());
      unconfirmed.clear();
    }
    await started?.stop();
  }

  async function placeOf(environment: Environment, number: number, ended: AbortSignal): Promise<Place> {
    ended.throwIfAborted();
    const known = running.get(environment);
    const here = known ?? { started: await startLocal({ system, environment, seed, entry }), uses: 0 };
    if (ended.aborted) await here.started.stop();
    ended.throwIfAborted();
    running.set(environment, here);
    const target = answeredBy(here.started.target, number);
    const run = checkRunner(target, { seed: seed + SEEDS_BETWEEN * here.uses, effort: 'fast' });
    here.uses += 1;
    await preflight(target);
    return { run };
  }

  async function judge(number: number, checks: readonly Check[], ended: AbortSignal): Promise<Judged> {
    const places = new Map<Environment, Place>();
    const noticed: Noticed[] = [];
    try {
      for (const check of checks) {
        const { environment } = check;
        const place = places.get(environment) ?? (await placeOf(environment, number, ended));
        places.set(environment, place);
        const outcome = await place.run(check);
        if (isClaimBroken(outcome)) return { killer: check, claim: outcome.reason, noticed };
        if (outcome.verdict !== 'PASS' && outcome.verdict !== 'SKIPPED')
          noticed.push({ check, text: `${check.id} ${outcome.verdict}: ${outcome.reason}` });
      }
    } catch (error) {
      // All of them are in one bundle, so that what cannot be built or started is no mutant's doing.
      if (!(error instanceof PreflightError)) throw error;
      return { invalid: error.message, noticed };
    }
    return { noticed };
  }

  /** Whether the Worker as it is passes where something was said against a mutant. */
  async function isSound(check: Check | undefined, ended: AbortSignal): Promise<boolean> {
    const { killer, invalid, noticed } = await judge(UNCHANGED, check ? [check] : [], ended);
    return killer === undefined && invalid === undefined && noticed.length === 0;
  }

  async function judgeFairly(mutant: Mutant, checks: readonly Check[], ended: AbortSignal): Promise<Judged> {
    const number = whole.indexOf(mutant) + 1;
    const isUsed = running.has('real-time');
    const judged = await judge(number, checks, ended);
    await stop('simulated-time');
    const { killer, invalid, noticed } = judged;
    if (!isUsed || killer?.environment === 'simulated-time') return judged;
    if (killer) unconfirmed.set(mutant, killer);
    if (killer || (invalid === undefined && noticed.length === 0)) return judged;
    const accuser = checks.find(({ environment }) => environment === 'real-time');
    if (invalid !== undefined && (await isSound(accuser, ended))) return judged;
    await stop('real-time');
    // Of a mutant that survived, only what was not green is asked once more.
    return judge(number, invalid === undefined ? noticed.map(({ check }) => check) : checks, ended);
  }

  return {
    async fateOf(mutant, checks) {
      const error = broken.get(mutant);
      if (error !== undefined) return { fate: 'invalid', stage: 'start', reason: error };
      const patience = AbortSignal.timeout(PATIENCE_MS);
      const ended = AbortSignal.any([signal, patience]);
      try {
        return fateOf(await unlessAborted(judgeFairly(mutant, checks, ended), ended));
      } catch (error) {
        await Promise.all([stop('real-time'), stop('simulated-time')]);
        signal.throwIfAborted();
        if (!patience.aborted) throw error;
        return { fate: 'survived', noticed: [`the checks did not end within ${PATIENCE_MS / 1_000} s`] };
      } finally {
        await stop('simulated-time');
      }
    },
    async doubtful() {
      for (const killer of new Set(unconfirmed.values()))
        if (!(await isSound(killer, signal))) {
          await stop('real-time');
          break;
        }
      await stop('simulated-time');
      unconfirmed.clear();
      return doubted.splice(0);
    },
    stop: async () => {
      await Promise.all([stop('real-time'), stop('simulated-time')]);
      remove();
    },
  };
}

interface Noticed {
  readonly check: Check;
  readonly text: string;
}

interface Judged {
  readonly killer?: Check;
  readonly claim?: string;
  readonly invalid?: string;
  readonly noticed: readonly Noticed[];
}

function fateOf({ killer, claim = '', invalid, noticed }: Judged): Fate {
  if (killer) return { fate: 'killed', check: killer.id, claim };
  if (invalid !== undefined) return { fate: 'invalid', stage: 'start', reason: invalid };
  return { fate: 'survived', noticed: noticed.map(({ text }) => text) };
}

const syntaxErrorOf = ({ file, text }: Mutant): string | undefined =>
  parseSync(file, text).errors[0]?.message;
