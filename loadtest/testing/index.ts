/** What benchmarks take from the tests: the reference system, its scenarios and a target that answers at once. */
export { ACCOUNT, accountOf, JWT_SECRET, writeJourney, writePlanFile } from './journey-files.ts';
export { system } from './reference.ts';
export { scenarios } from './scenarios.ts';
export { startTrivialTarget } from './trivial-target.ts';
