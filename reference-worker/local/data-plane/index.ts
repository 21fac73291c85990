/** The process that serves every D1 database, KV namespace and cache of a platform. */
export { type CronRun, type Crons, coldStartsIn, type Isolate } from './isolates.ts';
export type { DataPlaneOptions } from './options.ts';
