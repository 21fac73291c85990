/** What workerd is told to run: the Workers of a deployment, with what they are bound to. */

export { type AssetsBinding, assetsServices } from './assets.ts';
export type {
  Compatibility,
  ObjectsBinding,
  ObjectsClass,
  RateLimitBinding,
  ServiceBinding,
} from './bindings.ts';
export { BUCKET_FILES, bucketsConfig } from './buckets.ts';
export {
  controlSocket,
  copiesIn,
  cronSocket,
  type DeploymentConfig,
  embeddedIn,
  needsExperimental,
  socketsOf,
  workerdConfig,
} from './config.ts';
export { simulatorFile } from './literal.ts';
export { ROWS_MODULE, ROWS_SOCKET, ROWS_UNIQUE_KEY, rowCounterConfig } from './row-counter.ts';
export type { ScriptConfig } from './script.ts';
export { popService } from './script.ts';
