import { type AccountPlan, model, type SearchTerm } from '../../fixtures/index.ts';
import type { Ids } from '../k6/plan.ts';

/**
 * The ids of an account's documents as k6 can make them: a text and a number that counts from 1.
 *
 * @throws Error for a resource without documents, and for ids of another kind
 */
export function idsOf(plan: AccountPlan, resource: string): Ids {
  const count = plan.counts[resource] ?? 0;
  const [first, second] = count > 0 ? model.placesOf(plan, resource) : [];
  const [, prefix = '', digits = ''] = /^(.*?)(\d+)$/.exec(first?.id ?? '') ?? [];
  const follows = second === undefined || second.id === `${prefix}${'2'.padStart(digits.length, '0')}`;
  if (Number(digits) !== 1 || !follows || (second?.n ?? 0) > 0)
    throw new Error(`${plan.account} has no ${resource} that could be drawn.`);
  return { prefix, digits: digits.length, count };
}

/** The beginnings of values that searches find something by. @param count how many at most, the hottest first */
export const searchesOf = (plan: AccountPlan, count: number): readonly SearchTerm[] =>
  model.searchTerms(plan, count);
