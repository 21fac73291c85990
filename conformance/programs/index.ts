/** Random clients against a target on a clock that is stepped, and what they were told. */
export { canonical, keysOf, oneOf } from './draw.ts';
export { type Recording, runProgram } from './execution.ts';
export { parseProgram } from './notation.ts';
export { type Key, type Program, SESSIONS, type SessionName, type Step, type WaitStep } from './program.ts';
export { anyPop, anySession, programs } from './random-programs.ts';
export { documentsOf } from './requests.ts';
export { clockOf, SETTLE_MS, type SteppedClock, SteppedRun } from './stepped-run.ts';
