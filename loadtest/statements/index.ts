/** What the statements of a load cost in rows. */
export { StatementWatch } from './statements-of-run.ts';
