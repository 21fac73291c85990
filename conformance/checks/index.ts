/** The checks, and what becomes of one on a target. */
export { AREAS, type Area, areaOf, type Check, type Context, promisesOf } from './check.ts';
export { type Attachment, Evidence, type EvidenceStatement, type Witness } from './evidence.ts';
export { CHECKS } from './registry.ts';
export { type CheckVerdict, checkRunner, type Outcome, type RunOptions } from './run-check.ts';
