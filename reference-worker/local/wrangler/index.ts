/** Wrangler's configuration: what is read of it, what is refused, and what its migrations do to a database. */

export { type MigrationFolder, migrate } from './migrate.ts';
export {
  assertSupported,
  type Bound,
  type BoundDatabase,
  type Compatibility,
  readWrangler,
  type WranglerWorker,
} from './read.ts';
export type { Unsupported } from './unsupported.ts';
