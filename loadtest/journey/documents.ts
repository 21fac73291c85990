import {
  type AccountPlan,
  type DataModel,
  isOfDrawn,
  type SearchTerm,
} from '../../reference-worker/target/index.ts';
import { documentId, type Ids } from '../k6/index.ts';
import { type LoadedSystem, viewOf } from './requests.ts';

/** What the load has to know of an account and its documents. */
export interface LoadedAccount {
  readonly account: string;
  /** By resource, of those that the journey asks for by id: a rule that makes their ids, or the ids. */
  readonly ids: Readonly<Record<string, Ids | readonly string[]>>;
  /** The tokens that it was opened with, where users do not sign their own. */
  readonly tokens?: readonly string[];
  /** Whose each of these tokens is, where users are of many accounts. */
  readonly members?: readonly string[];
  /** The beginnings of values that searches find something by, the hottest first. */
  readonly searches: readonly SearchTerm[];
  /** What visitors look at, the account that is looked at most first; absent where nobody does. */
  readonly visited?: readonly VisitedDocuments[];
}

/** What visitors have to know of an account. */
export interface VisitedDocuments {
  readonly account: string;
  /** The headers by which it is reached. */
  readonly reach: Readonly<Record<string, string>>;
  /** By resource, of those that they choose a document of. */
  readonly ids: Readonly<Record<string, Ids | readonly string[]>>;
}

/** Hot and cold prefixes; every virtual user holds them all. */
const SEARCH_TERMS = 120;

/**
 * @param model of the system's documents
 * @param given by resource, the ids that a Worker gave them in the place of those that were planned
 * @throws Error for a resource that the journey asks for and the account has no documents of
 */
export function loadedAccount(
  plan: AccountPlan,
  model: DataModel,
  { journey }: LoadedSystem,
  given: Readonly<Record<string, readonly string[]>> = {},
): LoadedAccount {
  const resources = [...(journey.people === undefined ? [] : [journey.people]), ...drawnBy(journey)];
  return {
    account: plan.account,
    ids: Object.fromEntries(
      resources.map((resource) => [resource, given[resource] ?? idsOf(plan, model, resource)]),
    ),
    searches: model.searchTerms(plan, SEARCH_TERMS),
  };
}

/** The resources of which documents are drawn. */
export const drawnBy = ({ steps }: LoadedSystem['journey']): string[] => [
  ...new Set(
    steps.flatMap((step) => (step.does === 'read' && step.which === 'drawn' ? [step.resource] : [])),
  ),
];

/** The resources whose documents visitors choose among; undefined where nobody visits. */
export function visitedBy(system: LoadedSystem): string[] | undefined {
  const { opening, steps } = system.journey;
  const views = [...opening.steps, ...steps].flatMap((step) => (step.does === 'view' ? [step] : []));
  if (views.length === 0) return undefined;
  const ofDrawn = views.filter((step) => isOfDrawn(viewOf(system, step)));
  return [...new Set(ofDrawn.map(({ resource }) => resource))];
}

/**
 * @param token of the account
 * @param given by resource, the ids that a Worker gave its documents
 * @throws Error for a resource that visitors choose of and the account has no documents of
 */
export const visitedDocuments = (
  plan: AccountPlan,
  model: DataModel,
  system: LoadedSystem,
  token: string,
  given: Readonly<Record<string, readonly string[]>> = {},
): VisitedDocuments => ({
  account: plan.account,
  reach: system.visitors?.reach(token) ?? {},
  ids: Object.fromEntries(
    (visitedBy(system) ?? []).map((resource) => [resource, given[resource] ?? idsOf(plan, model, resource)]),
  ),
});

/** The ids of an account's documents: as k6 can make them, a text and a number that counts from 1, or all of them. */
function idsOf(plan: AccountPlan, model: DataModel, resource: string): Ids | readonly string[] {
  const count = (plan.counts[resource] ?? 0) / (plan.members ?? 1);
  if (count === 0) throw new Error(`${plan.account} has no ${resource} that could be drawn.`);
  const [first, second] = model.placesOf(plan, resource);
  const [, prefix = '', digits = ''] = /^(.*?)(\d+)$/.exec(first?.id ?? '') ?? [];
  const follows = count === 1 || second?.id === `${prefix}${'2'.padStart(digits.length, '0')}`;
  const isChild = plan.members === undefined && (second?.n ?? 0) > 0;
  if (Number(digits) !== 1 || !follows || isChild) return firstIds(model.placesOf(plan, resource), count);
  return { prefix, digits: digits.length, count };
}

/** Of an account that is one of many, those that each of them has. */
function firstIds(places: Iterable<{ readonly id: string }>, count: number): string[] {
  const ids: string[] = [];
  for (const { id } of places) {
    if (ids.length === count) break;
    ids.push(id);
  }
  return ids;
}

/** Whether something of the account follows no rule, so that k6 needs a list of it beside the plan. */
export const isListed = ({ ids, tokens, visited }: LoadedAccount): boolean =>
  tokens !== undefined || visited !== undefined || Object.values(ids).some((known) => !('count' in known));

/** How many documents of a resource there are to ask for. */
export function countOf({ ids }: LoadedAccount, resource: string): number {
  const known = ids[resource];
  if (!known) return 0;
  return 'count' in known ? known.count : known.length;
}

/** @param index of the document, from 0; past the last it starts over */
export function idAt(account: LoadedAccount, resource: string, index: number): string {
  const known = account.ids[resource];
  if (!known) throw new Error(`the ids of ${resource} in ${account.account} are not known.`);
  return idOf(known, index % countOf(account, resource));
}

/** @param at the place of the document, from 0 */
export const idOf = (ids: Ids | readonly string[], at: number): string =>
  'count' in ids ? documentId(ids, at, () => '') : (ids[at] ?? '');
