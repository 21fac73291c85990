/** What commands use of the reports on rehearsals. */
export { rehearsalReport } from './report.ts';
export { REHEARSAL, writeRehearsal } from './store.ts';
