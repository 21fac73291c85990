import { join } from 'node:path';
import { model, planAccount } from '../../reference-worker/shared-shards/data/index.ts';
import { POPS } from '../../reference-worker/target/index.ts';
import { bundleScript } from '../bundle-script.ts';
import { type LoadedAccount, loadedAccount } from '../journey/index.ts';
import { urlsOf, writePlan } from '../plan.ts';
import type { Scenario } from '../scenarios/index.ts';
import { system } from './reference.ts';

export const ACCOUNT = 'acme';
export const JWT_SECRET = 'a secret that no target here asks for';

export interface JourneyFiles {
  readonly script: string;
  readonly planFile: string;
}

/**
 * Writes what k6 needs to work against one server that stands in for every PoP.
 *
 * @param url of the server, without the account's name: it must resolve with any name in front, as `localhost` does
 */
export async function writeJourney(folder: string, scenario: Scenario, url: string): Promise<JourneyFiles> {
  const script = join(folder, 'journey.js');
  await bundleScript(script, system, accountOf(scenario));
  return { script, planFile: writePlanFile(folder, scenario, url) };
}

/** The plan alone. @returns its file */
export function writePlanFile(folder: string, scenario: Scenario, url: string): string {
  const planFile = join(folder, 'plan.json');
  const urls = Object.fromEntries(POPS.map((pop) => [pop, url]));
  const account = accountOf(scenario);
  writePlan(planFile, account, scenario, urlsOf(account, system, urls), { placement: 'shared', system });
  return planFile;
}

/** The account that a scenario is of. */
export const accountOf = ({
  sizeBytes,
  virtualUsers: users,
  seed,
}: Pick<Scenario, 'sizeBytes' | 'virtualUsers' | 'seed'>): LoadedAccount =>
  loadedAccount(planAccount({ account: ACCOUNT, sizeBytes, users, seed }), model, system);
