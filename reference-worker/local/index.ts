/** What tests and tools may use of the local platform; see README.md. */

export { listen } from './backend/index.ts';
export type { BookmarkPolicy, PlaneInput } from './behaviour/index.ts';
export { d1Of, Plane } from './behaviour/index.ts';
export { bundleWorker } from './bundle.ts';
export { type Clock, delay } from './clock/index.ts';
export { nearestInstance, ServiceQueue } from './d1/index.ts';
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
export type { KvEntry, Operator } from './operator.ts';
export {
  type FaultReport,
  type PlaneControl,
  type Usage,
  type WaitingRequest,
  whileStepping,
} from './plane-control.ts';
export { aimsOf, readPlane } from './plane-file.ts';
export { type PlatformOptions, type Secrets, startPlatform } from './platform.ts';
export { assertPortsFree } from './ports.ts';
export { startProcess } from './processes.ts';
export { databaseFile, prepareState } from './state.ts';
export { claimState } from './state-lock.ts';
export { mintToken } from './token.ts';
export { deploymentOf, POPS, type Pop, type Topology, type TopologyAccount, topologies } from './topology.ts';
export { startWorker, type WorkerOptions } from './worker.ts';
export type { Deployment, Platform, PlatformFailure, PlatformProcess } from './workers.ts';
