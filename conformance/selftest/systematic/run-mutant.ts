import { parseSync } from 'oxc-parser';
import type { Check, CheckOutcome } from '../../checks/index.ts';
import { isClaimBroken } from '../../checks/index.ts';
import { type MutantRun, openRunner, type RunnerOptions } from '../runner/index.ts';
import type { Mutant } from './mutants.ts';

/** What became of a mutant. */
export type Fate =
  | { readonly fate: 'killed'; readonly check: string /** The claim that fell. */; readonly claim: string }
  /** @property noticed checks that ended in something else than PASS or SKIPPED, which is not a kill */
  | { readonly fate: 'survived'; readonly noticed: readonly string[] }
  /** No claim has fallen yet, and not all checks have been run. */
  | { readonly fate: 'open' }
  /** It says nothing about any check: its types are wrong, or it does not start or answers nobody. */
  | { readonly fate: 'invalid'; readonly stage: 'types' | 'start'; readonly reason: string };

export interface FateRunner {
  /**
   * Runs checks against a mutant until a claim falls. A control that falls, or a check that breaks off, is no kill.
   *
   * @param checks the likeliest first
   * @returns open where the time was up before all of them were run
   * @throws the reason of the signal
   */
  fateOf(mutant: Mutant, checks: readonly Check[]): Promise<Fate>;
  /** Those whose fate may be the doing of others, and is to be found out again. */
  doubtful(): Promise<readonly Mutant[]>;
  /** Ends every process. */
  stop(): Promise<void>;
}

export interface FateOptions extends RunnerOptions {
  /** Asked after each check. */
  readonly isTimeUp: () => boolean;
}

/** Starts what runs systematic mutants one after the other. @param mutants that it will be asked about */
export function openFateRunner(mutants: readonly Mutant[], options: FateOptions): FateRunner {
  const errors = new Map(mutants.map((mutant) => [mutant, syntaxErrorOf(mutant)]));
  const whole = mutants.filter((mutant) => errors.get(mutant) === undefined);
  const runner = openRunner(new Map(whole.map((each) => [each, { [each.file]: each.text }])), options);
  const isEnough = (outcome: CheckOutcome): boolean => isClaimBroken(outcome) || options.isTimeUp();
  return {
    ...runner,
    async fateOf(mutant, checks) {
      const error = errors.get(mutant);
      if (error !== undefined) return { fate: 'invalid', stage: 'start', reason: error };
      const tried = await runner.run(mutant, checks, isEnough);
      const isOpen = tried.broken === undefined && tried.outcomes.length < checks.length;
      return fateOf(tried, isOpen);
    },
  };
}

function fateOf({ outcomes, broken }: MutantRun, isOpen: boolean): Fate {
  const killer = outcomes.find(isClaimBroken);
  if (killer) return { fate: 'killed', check: killer.check.id, claim: killer.reason };
  if (broken?.isHanging) return { fate: 'survived', noticed: [broken.reason] };
  if (broken) return { fate: 'invalid', stage: 'start', reason: broken.reason };
  if (isOpen) return { fate: 'open' };
  return {
    fate: 'survived',
    noticed: outcomes
      .filter(({ verdict }) => verdict !== 'PASS' && verdict !== 'SKIPPED')
      .map(({ check, verdict, reason }) => `${check.id} ${verdict}: ${reason}`),
  };
}

const syntaxErrorOf = ({ file, text }: Mutant): string | undefined =>
  parseSync(file, text).errors[0]?.message;
