/** What the commands use of the reports on conformance. */

export { conformanceReport } from './report.ts';
export { CONFORMANCE, writeConformanceRun } from './store.ts';
export { conformanceVerdict } from './verdict.ts';
