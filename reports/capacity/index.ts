/** What the commands use of the reports on capacity. */
export { latency as latencySection } from './latency.ts';
export { capacityReport } from './report.ts';
export { CAPACITY, readRun, writeRun } from './store.ts';
