/** Wrangler's configuration: what is read of it, what is refused, and what its migrations do to a database. */

export { migrate } from './migrate.ts';
export {
  type Bound,
  type BoundDatabase,
  readWrangler,
  type WranglerWorker,
} from './read.ts';
export { assertSupported, workerCalled } from './supported.ts';
