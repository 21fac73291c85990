/** Brings a database to the schema that the migrations of a system describe. */

export { applyMigrations, pendingMigrations } from './apply.ts';
