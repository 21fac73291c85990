import {
  type AccountPlan,
  buildVocabulary,
  clientId,
  type SearchTerm,
  searchTerms,
  userId,
} from '../../fixtures/index.ts';
import type { Ids } from '../k6/plan.ts';

const idOf: Readonly<Record<string, (index: number) => string>> = { clients: clientId, users: userId };

/**
 * The ids of an account's documents as k6 can make them: a text and a number.
 *
 * @throws Error for a resource without documents, and for ids of another kind
 */
export function idsOf(plan: AccountPlan, resource: string): Ids {
  const count = Number(plan[resource as keyof AccountPlan]);
  const [, prefix = '', digits = ''] = /^(.*?)(\d+)$/.exec(idOf[resource]?.(0) ?? '') ?? [];
  if (!(count > 0) || digits === '')
    throw new Error(`${plan.account} has no ${resource} that could be drawn.`);
  return { prefix, digits: digits.length, count };
}

/** The beginnings of values that searches find something by. @param count how many at most, the hottest first */
export const searchesOf = (plan: AccountPlan, count: number): SearchTerm[] =>
  searchTerms(plan, buildVocabulary(), count);
