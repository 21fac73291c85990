/** What every binding's side of the data plane is made of. */

export type { Backend } from './backend.ts';
export { backendServer } from './backend-server.ts';
export { watchEventLoop } from './event-loop.ts';
export { listen } from './listen.ts';
export { popOf } from './pop-of.ts';
export {
  type BucketUsage,
  type DatabaseUsage,
  mergeUsage,
  type NamespaceUsage,
  NO_USAGE,
  Usage,
} from './usage.ts';
export { type WaitingRequest, WaitingRequests } from './waiting.ts';
