/** What people do with a system: the table of steps of its description, made into the k6 script, into the mix of operations that a
 * run should show, and into the requests whose rows are measured. */
export { openedBefore, requestOf, type Walker } from './chosen.ts';
export { compileJourney } from './compile.ts';
export {
  countOf,
  drawnBy,
  idAt,
  idOf,
  type LoadedAccount,
  loadedAccount,
  type VisitedDocuments,
  visitedBy,
  visitedDocuments,
} from './documents.ts';
export { type Choices, choicesOf, type LoadedSystem, newIdOf, operationOf, viewOf } from './requests.ts';
export { rounds } from './rounds.ts';
