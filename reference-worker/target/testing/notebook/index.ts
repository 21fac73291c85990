import { join } from 'node:path';
import { loadSystem, type System } from '../../index.ts';

/** A second system, for tests: what a user would write (shardproof.config.ts), loaded as theirs is, and its mutations. */
export async function loadNotebook(): Promise<System> {
  const system = await loadSystem({ config: 'shardproof.config.ts' }, import.meta.dirname);
  const mutations = {
    folder: join(import.meta.dirname, 'mutations'),
    worker: { folder: import.meta.dirname, entry: 'notebook-worker.ts' },
  };
  return { ...system, mutations };
}
