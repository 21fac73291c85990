/** Moves an account from one shard to another while it is being written to. */
export { MoveError } from './claim.ts';
export { type MoveOptions, type MoveReport, moveAccount } from './move-account.ts';
