/** What the commands use of the reports on comparisons. */
export { comparisonReport } from './report.ts';
export { mayShowFigures } from './statements.ts';
export { COMPARISON, writeComparison } from './store.ts';
