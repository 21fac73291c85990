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
import { durationSecondsOf, meanThinkTimeMs, type Scenario } from './scenarios/index.ts';

/**
 * Writes down for k6 what its virtual users are to do.
 *
 * Beside the plan it writes the list of what follows no rule, where there is any.
 *
 * @param urls the base URL of the account's deployment at each PoP, without the account's name
 * @param placement the name of that deployment; it tags every sample
 */
export function writePlan(
  file: string,
  account: LoadedAccount,
  scenario: Scenario,
  urls: Readonly<Record<string, string>>,
  { placement, system }: { readonly placement: string; readonly system: LoadedSystem },
): void {
  const list: string[] = [];
  const users = usersOf(account, scenario, { system, baseUrls: atUrls(account, system, urls) }, list);
  const plan: PlanFile = {
    id: {
      plan: randomUUID(),
      scenario: scenario.name,
      users: scenario.virtualUsers,
      seconds: durationSecondsOf(scenario),
    },
    users,
    options: k6Options(scenario, users, placement),
  };
  writeFileSync(file, JSON.stringify(plan));
  if (list.length > 0) writeFileSync(listFile(file), JSON.stringify(list));
}

/** Where a hostname names the account, that of the account. */
function atUrls(
  { account }: LoadedAccount,
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
  }: { readonly system: LoadedSystem; readonly baseUrls: Readonly<Record<string, string>> },
  list: string[],
): Plan {
  const { journey, model, phases, virtualUsers } = scenario;
  const { seed, popShares, thinkTimeMedianMs, thinkTimeSigma, zipfExponent } = scenario;
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
    ...{ seed, popShares, thinkTimeMedianMs, thinkTimeSigma, zipfExponent },
  };
}

/** Absent where there is none: then no user asks which phase it is. */
function surgesIn(phases: Scenario['phases']): Plan['surges'] {
  const surges = phases.flatMap(({ name, surge }) => (surge ? [[name, surge] as const] : []));
  return surges.length > 0 ? Object.fromEntries(surges) : null;
}
