import { join } from 'node:path';
import { planAccount } from '../../fixtures/index.ts';
import { bundleScript } from '../bundle-script.ts';
import { writePlan } from '../plan.ts';
import type { Scenario } from '../scenarios/index.ts';

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
  const files = { script: join(folder, 'journey.js'), planFile: join(folder, 'plan.json') };
  const account = planAccount({ account: ACCOUNT, sizeBytes: 2e6, seed: scenario.seed });
  writePlan(files.planFile, account, scenario, { LHR: url, MAN: url, EDI: url }, { placement: 'shared' });
  await bundleScript(files.script);
  return files;
}
