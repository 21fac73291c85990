import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import type { AccountPlan } from '../fixtures/index.ts';
import { idsOf, searchesOf } from './journey/index.ts';
import { arrivalsOf } from './k6/open-model.ts';
import { phaseEnds } from './k6/phases.ts';
import type { Plan, PlanFile } from './k6/plan.ts';
import { k6Options } from './k6-options.ts';
import { durationSecondsOf, meanThinkTimeMs, type Scenario } from './scenarios/index.ts';

/** Hot and cold prefixes of both kinds; every virtual user holds them all. */
const SEARCH_TERMS = 120;

/**
 * Writes down for k6 what its virtual users are to do.
 *
 * @param urls the base URL of the account's deployment at each PoP, without the account's name
 * @param placement the name of that deployment; it tags every sample
 */
export function writePlan(
  file: string,
  account: AccountPlan,
  scenario: Scenario,
  urls: Readonly<Record<string, string>>,
  { placement }: { readonly placement: string },
): void {
  const users = usersOf(account, scenario, urls);
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
}

function usersOf(account: AccountPlan, scenario: Scenario, urls: Readonly<Record<string, string>>): Plan {
  const withAccount = (url: string): string => url.replace('//', `//${account.account}.`);
  const { model, phases, virtualUsers } = scenario;
  const { seed, popShares, thinkTimeMedianMs, thinkTimeSigma, zipfExponent } = scenario;
  const { journey } = scenario;
  const drawn = journey.steps.flatMap((step) =>
    step.does === 'read' && step.which === 'drawn' ? [step.resource] : [],
  );
  const searches = searchesOf(account, SEARCH_TERMS);
  return {
    account: account.account,
    people: idsOf(account, journey.people),
    drawn: Object.fromEntries(drawn.map((resource) => [resource, idsOf(account, resource)])),
    baseUrls: Object.fromEntries(Object.entries(urls).map(([pop, url]) => [pop, withAccount(url)])),
    searches: searches.map(({ field, prefix }) => `${field}=${prefix}`).join('|'),
    phases: phaseEnds(phases),
    arrivals: model === 'open' ? arrivalsOf(phases, virtualUsers, meanThinkTimeMs(scenario)) : null,
    ...{ seed, popShares, thinkTimeMedianMs, thinkTimeSigma, zipfExponent },
  };
}
