/** What a run is pointed at, what it asks, and who asks it. */

// What the rest of the house knows of the local platform where a target is on it: its places, behaviour and control, what an
// operator may do, and the parts that a queue model is made of.
export {
  type Aims,
  assertPortsFree,
  Behaviour,
  type BehaviourInput,
  type BookmarkPolicy,
  type Chance,
  type Clock,
  chanceOf,
  claimState,
  D1_READ_ATTEMPTS,
  type D1Profile,
  type Deployment,
  type Distribution,
  d1Of,
  databaseFile,
  delay,
  describeUse,
  draw,
  type Exported,
  exportSql,
  type FaultKind,
  type FaultReport,
  importSql,
  type KvEntry,
  type LatencyProfile,
  nearestInstance,
  OPERATION_HEADER,
  type Operator,
  type OperatorStatement,
  type Platform,
  type PlatformControl,
  type PlatformFailure,
  POPS,
  type Pop,
  type Region,
  readBehaviour,
  ServiceQueue,
  type StatementResult,
  type StatementUse,
  sourcedNumbers,
  splitStatements,
  startProcess,
  startWorker,
  type Usage,
} from '../local/index.ts';
export { accountNames } from './account-names.ts';
export type { AddedAccount, Administration, WrongShard } from './administration.ts';
export type { Answer, HttpRequest, HttpResponse, Shown } from './answer.ts';
export {
  type Asked,
  Client,
  type ClientOptions,
  clientAt,
  type Exchange,
  type Overrides,
} from './client.ts';
export { CloudflareApi, CloudflareError } from './cloudflare-api.ts';
export { concurrently } from './concurrently.ts';
export type { Deploy, DeployOptions, LocalPlatform, Running, Signing } from './deployment.ts';
export { type DraftedDescription, draftDescription } from './draft/index.ts';
export { platformFlags, readReplicationFlag, systemFlags } from './flags.ts';
export * from './lagging-behaviour.ts';
export { loadSystem, type SystemChoice } from './load-system.ts';
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
export { parsedJson } from './parsed-json.ts';
export { makeExisting, type Preflight, preflight } from './preflight.ts';
export { PreflightError } from './preflight-problem.ts';
export { type CleanUp, openRemote } from './remote.ts';
export * from './rows/index.ts';
export * from './system/index.ts';
export {
  accountOf,
  administrationOf,
  platformOf,
  shardOfSubject,
  signingOf,
  type Target,
} from './target.ts';
export { ROLES, type Role, type TestAccount } from './test-account.ts';
export { type SendOptions, sendHttp, TransportError } from './transport.ts';
export { boundIn, deployOf, handsAt, handsOn } from './worker-deployment.ts';
export { placementsOf } from './worker-placement.ts';
