import { join, sep } from 'node:path';

/** Whether this is the package as somebody has installed it, rather than its repository. */
export const IS_INSTALLED = import.meta.dirname.includes(`${sep}node_modules${sep}`);

/**
 * The folder whose `.shardproof` and `reports/runs` a command uses: that of the user who has installed this package and
 * calls it there, or this repository.
 */
export const WORKSPACE = IS_INSTALLED ? process.cwd() : join(import.meta.dirname, '..', '..');
