/** Random clients against a target on a clock that is stepped, and what they were told. */
export { execute, type Recording } from './execution.ts';
export { programOf } from './notation.ts';
export type { Program, Step } from './program.ts';
export { programs } from './random-programs.ts';
