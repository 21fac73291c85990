/** What tests and tools may use of the local platform; see README.md. */

export { listen } from './backend/index.ts';
export type { Aims, BehaviourInput, BookmarkPolicy } from './behaviour/index.ts';
export { Behaviour, d1Of } from './behaviour/index.ts';
export { readBehaviour } from './behaviour-file.ts';
export { bundleWorker } from './bundle/index.ts';
export { type Clock, delay } from './clock/index.ts';
export type { RequestCount, StatementUse } from './d1/index.ts';
export {
  type Exported,
  exportSql,
  importSql,
  nearestInstance,
  OPERATION_HEADER,
  ServiceQueue,
  splitStatements,
  statementsIn,
} from './d1/index.ts';
export { PlatformError } from './errors.ts';
export type { FaultKind } from './faults/index.ts';
export { D1_READ_ATTEMPTS } from './faults/index.ts';
export {
  type Chance,
  chanceOf,
  type D1Profile,
  type Distribution,
  draw,
  type LatencyProfile,
  latencyProfiles,
  type Region,
  sourcedNumbers,
} from './latency/index.ts';
export type { KvEntry, Operator, OperatorStatement, StatementResult } from './operator.ts';
export {
  type FaultReport,
  type PlatformControl,
  type UpstreamCall,
  type UpstreamRequest,
  type Usage,
  type WaitingRequest,
  whileStepping,
} from './platform-control.ts';
export { POPS, type Pop } from './pops.ts';
export { assertPortsFree } from './ports.ts';
export { startProcess } from './processes.ts';
export {
  deployedAs,
  type ResolvedWorker,
  resolveEnvironments,
  resolveWorker,
  type WorkerFiles,
} from './resolve-worker.ts';
export { runningDatabases, runningUrls, tellDatabases } from './running.ts';
export { type DatabaseFile, databaseFile, prepareDatabase } from './state.ts';
export { claimState } from './state-lock.ts';
export { type MakeUpstream, type Upstream, type UpstreamReply, UpstreamSpec } from './upstream/index.ts';
export { startResolved, startWorker, type WorkerOptions } from './worker.ts';
export { scriptsOf } from './worker-spec.ts';
export { describeUse } from './worker-use.ts';
export {
  type Deployment,
  type Platform,
  type PlatformFailure,
  type PlatformProcess,
  startWorkers,
} from './workers.ts';
export { readWrangler } from './wrangler/index.ts';
