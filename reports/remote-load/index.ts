/** What commands use of the reports on loads of a Worker that runs somewhere. */
export { REMOTE_LOAD, remoteLoadReport } from './report.ts';
