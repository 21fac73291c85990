/** What the commands use of the reports on capacity. */
export { capacityReport } from './report.ts';
export { CAPACITY, readRun, writeRun } from './store.ts';
