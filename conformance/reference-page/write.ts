import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadSystem } from '../../reference-worker/target/index.ts';
import { CHECKS } from '../checks/index.ts';
import { type CheckMutation, readCheckMutations } from '../selftest/index.ts';
import { referencePage } from './reference-page.ts';

/** Writes conformance/CHECKS.md from the registry. */
export async function writeReferencePage(): Promise<number> {
  writeFileSync(
    join(import.meta.dirname, '..', 'CHECKS.md'),
    referencePage(CHECKS, await mutationsOfReferenceSystems()),
  );
  return 0;
}

/** Every reference system: what one cannot show, because it has no such thing, another one does. */
const REFERENCE_SYSTEMS = ['shared-shards', 'content-sites', 'synced-settings'];

/** The mutations of all reference systems, but for their sentinels. */
export async function mutationsOfReferenceSystems(): Promise<readonly CheckMutation[]> {
  const systems = await Promise.all(
    REFERENCE_SYSTEMS.map((system) => loadSystem({ system }, import.meta.dirname)),
  );
  return systems.flatMap((system) => readCheckMutations(system, CHECKS).mutations);
}
