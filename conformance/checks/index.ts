/** The checks, and what becomes of one on a target. */
export { AREAS, type Area, areaOf, type Check, type Context, promisesOf } from './check.ts';
export { type Attachment, CheckEvidence, type EvidenceStatement, type Witness } from './evidence.ts';
export { CHECKS } from './registry.ts';
export {
  type CheckOutcome,
  type CheckVerdict,
  checkRunner,
  isClaimBroken,
  type RunOptions,
} from './run-check.ts';
