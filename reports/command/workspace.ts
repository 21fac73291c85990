import { join, sep } from 'node:path';

/**
 * The folder whose `.shardproof` and `reports/runs` a command uses: that of the user who has installed this package and
 * calls it there, or this repository.
 */
export const WORKSPACE = import.meta.dirname.includes(`${sep}node_modules${sep}`)
  ? process.cwd()
  : join(import.meta.dirname, '..', '..');
