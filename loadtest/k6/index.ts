/** What the k6 script and the programs that write its plan and read its samples have in common. Nothing in it needs k6. */
export { answeredHeader } from './answered-header.ts';
export { type Arrivals, arrivalsOf, openShape, requestsPerThinkTime } from './open-model.ts';
export { pathsOf } from './paths.ts';
export { type PhaseEnds, phaseEnds } from './phases.ts';
export * from './plan.ts';
export type { Expected } from './shapes.ts';
export { type Violation, verifyBody } from './verify.ts';
