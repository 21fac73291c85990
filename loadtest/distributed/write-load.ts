import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { badOption } from '../../reports/command/index.ts';
import { bundleScript } from '../bundle-script.ts';
import type { LoadedAccount, LoadedSystem } from '../journey/index.ts';
import { writePlan } from '../plan.ts';
import { isLadder, type Scenario } from '../scenarios/index.ts';
import { LOAD, LOAD_FILES, type LoadFile, PLAN, type PreparedLoad, readLoad, SCRIPT } from './load-folder.ts';

/** What a place is called that is not told apart by PoP. */
const ANYWHERE = 'anywhere';

/**
 * Writes what machines share.
 *
 * @param folder is made; what it holds of another load is replaced
 * @param url where the account answers; which PoP serves whom is seen in the answers, and not planned
 * @throws CommandError `bad_option` for a ladder
 */
export async function writeLoad(
  folder: string,
  {
    system,
    account,
    scenario,
    url,
  }: {
    readonly system: LoadedSystem;
    readonly account: LoadedAccount;
    readonly scenario: Scenario;
    readonly url: string;
  },
): Promise<PreparedLoad> {
  if (isLadder(scenario))
    throw badOption(
      'scenario',
      'the rungs of a ladder are judged beside the platform, on one machine; choose one that holds a load',
    );
  mkdirSync(folder, { recursive: true });
  for (const name of LOAD_FILES) rmSync(join(folder, name), { force: true });
  const at = { urls: { [ANYWHERE]: url }, popShares: { [ANYWHERE]: 1 } };
  writePlan(join(folder, PLAN), account, scenario, at.urls, {
    ...{ placement: 'remote', system, popShares: at.popShares, tellsWrites: true },
  });
  const load: z.input<typeof LoadFile> = {
    ...{ system: system.name, account: account.account, target: url, scenario },
  };
  writeFileSync(join(folder, LOAD), `${JSON.stringify(load, null, 2)}\n`);
  await bundleScript(join(folder, SCRIPT), system, account);
  return readLoad(folder);
}
