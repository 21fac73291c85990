/** What workerd is told to run: the Workers of a deployment, with what they are bound to. */

export { bucketsConfig } from './buckets.ts';
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
export type {
  Compatibility,
  ObjectsBinding,
  ObjectsClass,
  RateLimitBinding,
  ScriptConfig,
  ServiceBinding,
} from './script.ts';
