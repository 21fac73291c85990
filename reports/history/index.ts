/** Stored runs, read back: a list for the terminal and a page of trends. */
export { listOf } from './list.ts';
export { readHistory } from './read-runs.ts';
export { renderReport } from './render-report.ts';
export { diffRows, grownOperations, type RowDiff } from './row-diff.ts';
export type { Selection } from './select.ts';
export { readAttachments, readResult, type StoredResult } from './stored-result.ts';
export { renderTrend } from './trend.ts';
