/** What tests and tools may use of the local platform; see README.md. */
export { D1_READ_ATTEMPTS } from './data-plane/d1/failures.ts';
export type { BookmarkPolicy, PlaneInput } from './data-plane/plane.ts';
export { PlatformError } from './errors.ts';
export type { Entry, Operator } from './operator.ts';
export {
  type FaultReport,
  type PlaneControl,
  type Usage,
  type WaitingRequest,
  whileStepping,
} from './plane-control.ts';
export { type PlatformOptions, type Secrets, startPlatform } from './platform.ts';
export { mintToken } from './token.ts';
export { deploymentOf, POPS, type Pop, type Topology, topologies } from './topology.ts';
export { startWorker, type WorkerOptions } from './worker.ts';
export type { Deployment, Platform, PlatformFailure, PlatformProcess } from './workers.ts';
