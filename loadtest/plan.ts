import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { drawnBy, type LoadedAccount, type LoadedSystem } from './journey/index.ts';
import {
  arrivalsOf,
  type Ids,
  type Listed,
  listFile,
  type Plan,
  type PlanFile,
  phaseEnds,
  type VisitedAccount,
} from './k6/index.ts';
import { k6Options } from './k6-options.ts';
import { meanThinkTimeMs, type Scenario } from './scenarios/index.ts';

/**
 * Writes down for k6 what its virtual users are to do.
 *
 * Beside the plan it writes the list of what follows no rule, where there is any.
 *
 * @param urls where the account answers, by PoP
 * @param placement the name of the deployment that answers; it tags every sample
 * @param popShares how users spread over those URLs; as the scenario says unless told otherwise
 * @param tellsWrites whether the samples name what was written; the local platform is thrown away with all that is in it
 */
export function writePlan(
  file: string,
  account: LoadedAccount,
  scenario: Scenario,
  urls: Readonly<Record<string, string>>,
  {
    placement,
    system,
    popShares = scenario.popShares,
    tellsWrites = false,
  }: {
    readonly placement: string;
    readonly system: LoadedSystem;
    readonly popShares?: Plan['popShares'];
    readonly tellsWrites?: boolean;
  },
): void {
  const list: string[] = [];
  const users = usersOf(account, scenario, { system, baseUrls: urls, popShares, tellsWrites }, list);
  const plan: PlanFile = {
    id: randomUUID(),
    users,
    options: k6Options(scenario, users, placement),
  };
  writeFileSync(file, JSON.stringify(plan));
  if (list.length > 0) writeFileSync(listFile(file), JSON.stringify(list));
}

/**
 * Where an account answers at a deployment of the local platform: where a hostname names the account, at that of the account.
 *
 * @param urls of the deployment, by PoP
 */
export function urlsOf(
  { account }: Pick<LoadedAccount, 'account'>,
  { promises }: LoadedSystem,
  urls: Readonly<Record<string, string>>,
) {
  if (!promises.includes('tenant-hosts')) return urls;
  return Object.fromEntries(
    Object.entries(urls).map(([pop, url]) => [pop, url.replace('//', `//${account}.`)]),
  );
}

/** In lower case, so that the script can add a cookie to them. */
const identityOf = ({ request }: LoadedSystem, token: string): string =>
  JSON.stringify(
    Object.fromEntries(
      Object.entries(request.identify(token)).map(([name, value]) => [name.toLowerCase(), value]),
    ),
  );

/** @param list what follows no rule is added to it */
function usersOf(
  { account, ids, tokens, members, searches, visited }: LoadedAccount,
  scenario: Scenario,
  {
    system,
    baseUrls,
    popShares,
    tellsWrites,
  }: { readonly system: LoadedSystem } & Pick<Plan, 'baseUrls' | 'popShares' | 'tellsWrites'>,
  list: string[],
): Plan {
  const { journey, model, phases, virtualUsers } = scenario;
  const { seed, thinkTimeMedianMs, thinkTimeSigma, zipfExponent } = scenario;
  const listed = (texts: readonly string[]): Listed => {
    const from = list.length;
    list.push(...texts);
    return { from, count: texts.length };
  };
  const known = (those: Ids | readonly string[]): Ids => ('count' in those ? those : listed(those));
  const idsOf = (resource: string): Ids => {
    const those = ids[resource];
    if (!those) throw new Error(`the ids of ${resource} in ${account} are not known.`);
    return known(those);
  };
  const visitedText = ({ ids: all, ...rest }: NonNullable<typeof visited>[number]): string => {
    const ids = Object.entries(all).map(([resource, those]) => [resource, known(those)]);
    return JSON.stringify({ ...rest, ids: Object.fromEntries(ids) } satisfies VisitedAccount);
  };
  return {
    account,
    people: journey.people === undefined ? null : idsOf(journey.people),
    identities: tokens ? listed(tokens.map((token) => identityOf(system, token))) : null,
    accounts: members ? listed(members) : null,
    drawn: Object.fromEntries(drawnBy(journey).map((resource) => [resource, idsOf(resource)])),
    baseUrls,
    visited: visited ? listed(visited.map(visitedText)) : null,
    searches: searches.map(({ field, prefix }) => `${field}=${prefix}`).join('|'),
    phases: phaseEnds(phases),
    surges: surgesIn(phases),
    arrivals: model === 'open' ? arrivalsOf(phases, virtualUsers, meanThinkTimeMs(scenario)) : null,
    ...{ seed, popShares, thinkTimeMedianMs, thinkTimeSigma, zipfExponent, tellsWrites },
  };
}

/** Absent where there is none: then no user asks which phase it is. */
function surgesIn(phases: Scenario['phases']): Plan['surges'] {
  const surges = phases.flatMap(({ name, surge }) => (surge ? [[name, surge] as const] : []));
  return surges.length > 0 ? Object.fromEntries(surges) : null;
}
