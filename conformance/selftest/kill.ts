import { type Check, type CheckOutcome, isClaimBroken } from '../checks/index.ts';
import type { CheckMutation } from './mutations.ts';

/** What the checks made of a Worker with a mutation. */
export interface Kill {
  readonly mutation: CheckMutation;
  /** Why its named check did not catch it; undefined when it did. */
  readonly survived: string | undefined;
  /** What the named check saw, as it would tell a user. */
  readonly seen: string;
  /** A check before it that failed too: what a user would meet first. */
  readonly caughtFirstBy: string | undefined;
}

/**
 * Which checks are run against a mutated Worker to learn which of them a user would meet first: of the named check's
 * area and environment, those before it and itself.
 */
export function checksUpTo(mutation: CheckMutation, checks: readonly Check[]): readonly Check[] {
  const area = mutation.check.slice(0, mutation.check.indexOf('/') + 1);
  const at = checks.findIndex(({ id }) => id === mutation.check);
  return checks
    .slice(0, at + 1)
    .filter(({ id, environment }) => id.startsWith(area) && environment === checks[at]?.environment);
}

/** @param outcomes of the checks that were run against the mutation, in their order */
export function killOf(mutation: CheckMutation, outcomes: readonly CheckOutcome[]): Kill {
  const named = outcomes.find(({ check }) => check.id === mutation.check);
  return {
    mutation,
    survived: whySurvived(mutation, named),
    seen: named && isClaimBroken(named) ? (named.witness?.sentences.join(' ') ?? named.reason) : '',
    caughtFirstBy: outcomes.find(({ check, verdict }) => verdict === 'FAIL' && check !== named?.check)?.check
      .id,
  };
}

/** A mutation that no check has looked at. */
export const survivor = (mutation: CheckMutation, survived: string): Kill => ({
  mutation,
  survived,
  seen: '',
  caughtFirstBy: undefined,
});

/** Only a violated claim is a kill: a crash, or a control that fails, says nothing about what the check looks for. */
function whySurvived(mutation: CheckMutation, named: CheckOutcome | undefined): string | undefined {
  if (!named) return `there is no check ${mutation.check}`;
  if (isClaimBroken(named)) return undefined;
  const how = named.verdict === 'FAIL' ? 'FAIL by a control alone' : named.verdict;
  return `${named.check.id} ended in ${how}: ${named.reason}`;
}
