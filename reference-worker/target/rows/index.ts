/** The rows that statements read and write, as D1 bills them, and what would let them read fewer. */
export {
  type CountedExecution,
  type CountedPlatform,
  type CountedStatement,
  takeCounted,
} from './count-rows.ts';
export { type HelpfulIndex, helpfulIndex } from './helpful-index.ts';
export { planOf } from './plan.ts';
