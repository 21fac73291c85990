import { writeFileSync } from 'node:fs';
import { type AccountPlan, buildVocabulary, searchTerms } from '../fixtures/index.ts';
import type { OperationName, Plan } from './k6/plan.ts';
import type { Profile } from './profiles.ts';

/** Enough different prefixes that no search stays in a cache by chance, few enough to load quickly. */
const SEARCH_TERMS = 400;

/**
 * Writes down for k6 what its virtual users are to do.
 *
 * @param urls the base URL of the account's deployment at each PoP, without the account's name
 */
export function writePlan(
  file: string,
  account: AccountPlan,
  profile: Profile,
  urls: Readonly<Record<string, string>>,
): void {
  const withAccount = (url: string): string => url.replace('//', `//${account.account}.`);
  const { objectives, name: _, sizeBytes: __, failureBudget: ___, minimumSamples: ____, ...load } = profile;
  const objectivesP95Ms = Object.fromEntries(
    Object.entries(objectives).map(([operation, { p95Ms }]) => [operation, p95Ms]),
  ) as Record<OperationName, number>; // the same keys as objectives
  const plan: Plan = {
    ...load,
    account: account.account,
    users: account.users,
    clients: account.clients,
    baseUrls: Object.fromEntries(Object.entries(urls).map(([pop, url]) => [pop, withAccount(url)])),
    searches: searchTerms(account, buildVocabulary(), SEARCH_TERMS),
    objectivesP95Ms,
  };
  writeFileSync(file, JSON.stringify(plan));
}
