/** What commands use of the reports on rehearsals. */
export { REHEARSAL, rehearsalReport } from './report.ts';
