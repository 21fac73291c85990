import { writeFileSync } from 'node:fs';
import { type AccountPlan, buildVocabulary, searchTerms } from '../fixtures/index.ts';
import type { OperationName, PlanFile } from './k6/plan.ts';
import type { Profile } from './profiles.ts';

/** Hot and cold prefixes of both kinds; every virtual user holds them all. */
const SEARCH_TERMS = 120;

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
  const { seed, popShares, thinkTimeMedianMs, thinkTimeSigma, zipfExponent } = profile;
  const { reloadShare, editShare, noteShare } = profile;
  const { virtualUsers, rampSeconds, settleSeconds, holdSeconds, objectives } = profile;
  const objectivesP95Ms = Object.fromEntries(
    Object.entries(objectives).map(([operation, { p95Ms }]) => [operation, p95Ms]),
  ) as Record<OperationName, number>; // the same keys as objectives
  const searches = searchTerms(account, buildVocabulary(), SEARCH_TERMS);
  const plan: PlanFile = {
    staff: {
      account: account.account,
      users: account.users,
      clients: account.clients,
      baseUrls: Object.fromEntries(Object.entries(urls).map(([pop, url]) => [pop, withAccount(url)])),
      searches: searches.map(({ field, prefix }) => `${field}=${prefix}`).join('|'),
      ...{ seed, popShares, thinkTimeMedianMs, thinkTimeSigma, zipfExponent },
      ...{ reloadShare, editShare, noteShare },
    },
    load: { virtualUsers, rampSeconds, fullSeconds: settleSeconds + holdSeconds, objectivesP95Ms },
  };
  writeFileSync(file, JSON.stringify(plan));
}
