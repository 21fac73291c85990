export {
  bookmarkNotReached,
  D1_ERRORS,
  D1_READ_ATTEMPTS,
  D1Failure,
  failureOf,
  isReset,
  mayCommit,
  overloaded,
  tookTooLong,
} from './d1-errors.ts';
export { FaultInjector, type FaultReport, type Occasion } from './fault-injector.ts';
export { Fault, type FaultKind, type FaultOf, FaultPlan, UPSTREAM_STALE_MAX_MS } from './plan.ts';
