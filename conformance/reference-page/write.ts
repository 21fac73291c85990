import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadSystem } from '../../reference-worker/target/index.ts';
import { CHECKS } from '../checks/index.ts';
import { readCheckMutations } from '../selftest/index.ts';
import { referencePage } from './reference-page.ts';

/** Writes conformance/CHECKS.md from the registry. */
export async function writeReferencePage(): Promise<number> {
  const system = await loadSystem({ system: 'shared-shards' }, import.meta.dirname);
  const { mutations } = readCheckMutations(system, CHECKS);
  writeFileSync(join(import.meta.dirname, '..', 'CHECKS.md'), referencePage(CHECKS, mutations));
  return 0;
}
