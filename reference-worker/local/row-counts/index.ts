/** The rows that D1 bills, counted by workerd's own SQLite on the files of the data plane. */
export { type RowCounter, removeCounter, startRowCounter } from './row-counter.ts';
