/** What a run is pointed at, what it asks, and who asks it. */
export type { Answer, HttpRequest, HttpResponse, Shown } from './answer.ts';
export {
  type Asked,
  Client,
  type ClientOptions,
  type Exchange,
  type Overrides,
  openClient,
} from './client.ts';
export { FAR_REPLICA, LAGS } from './lagging-plane.ts';
export { type LocalOptions, type StartedTarget, startLocal } from './local.ts';
export {
  applyMutation,
  copyOf,
  type MutatedWorker,
  MutationError,
  mutatedFiles,
  mutationsOf,
  parseMutation,
  readMutations,
  type SystemMutations,
  type WorkerMutation,
  type WorkerSource,
} from './mutations/index.ts';
export type { Capability, Need } from './needs.ts';
export * from './operation.ts';
export type { OwnWorker } from './own-deployment.ts';
export { parsedJson } from './parsed-json.ts';
export { type Preflight, preflight } from './preflight.ts';
export { PreflightError } from './preflight-problem.ts';
export { type CleanUp, openRemote } from './remote.ts';
export * from './system/index.ts';
export {
  accountOf,
  type LocalPlatform,
  platformOf,
  ROLES,
  type Role,
  secretsOf,
  shardOfSubject,
  type Target,
  type TestAccount,
} from './target.ts';
export { type SendOptions, sendHttp, TransportError } from './transport.ts';
