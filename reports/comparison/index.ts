/** What the commands use of the reports on comparisons. */
export * from '../schema/comparison.ts';
export { renderComparisonConsole } from './console.ts';
export { renderComparisonMarkdown } from './markdown.ts';
export { writeComparison } from './store.ts';
