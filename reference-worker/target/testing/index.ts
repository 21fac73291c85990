import { join } from 'node:path';
import { loadSystem, type System } from '../index.ts';

/** Systems for tests: what a user would write (shardproof.config.ts), loaded as theirs is, and the mutations of their Workers. */
export async function loadTestSystem(name: 'notebook' | 'reading' | 'shop' | 'memos'): Promise<System> {
  const folder = join(import.meta.dirname, name);
  const system = await loadSystem({ config: 'shardproof.config.ts' }, folder);
  const worker = { folder, entry: `${name}-worker.ts` };
  return { ...system, mutations: { folder: join(folder, 'mutations'), worker } };
}
