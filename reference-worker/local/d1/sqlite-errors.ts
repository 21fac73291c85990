/** A refusal in D1's own words; the Worker sees it as `D1_ERROR: <message>`. */
export class D1Refusal extends Error {}

/** Result codes that a statement can end with (sqlite.org/rescode.html). */
const PRIMARY: Readonly<Record<number, string>> = {
  1: 'SQLITE_ERROR',
  5: 'SQLITE_BUSY',
  6: 'SQLITE_LOCKED',
  7: 'SQLITE_NOMEM',
  8: 'SQLITE_READONLY',
  9: 'SQLITE_INTERRUPT',
  10: 'SQLITE_IOERR',
  11: 'SQLITE_CORRUPT',
  13: 'SQLITE_FULL',
  18: 'SQLITE_TOOBIG',
  19: 'SQLITE_CONSTRAINT',
  20: 'SQLITE_MISMATCH',
  23: 'SQLITE_AUTH',
  25: 'SQLITE_RANGE',
};

const EXTENDED: Readonly<Record<number, string>> = {
  257: 'SQLITE_ERROR_MISSING_COLLSEQ',
  267: 'SQLITE_CORRUPT_VTAB',
  275: 'SQLITE_CONSTRAINT_CHECK',
  513: 'SQLITE_ERROR_RETRY',
  518: 'SQLITE_LOCKED_VTAB',
  523: 'SQLITE_CORRUPT_SEQUENCE',
  531: 'SQLITE_CONSTRAINT_COMMITHOOK',
  779: 'SQLITE_CORRUPT_INDEX',
  787: 'SQLITE_CONSTRAINT_FOREIGNKEY',
  1043: 'SQLITE_CONSTRAINT_FUNCTION',
  1299: 'SQLITE_CONSTRAINT_NOTNULL',
  1555: 'SQLITE_CONSTRAINT_PRIMARYKEY',
  1811: 'SQLITE_CONSTRAINT_TRIGGER',
  2067: 'SQLITE_CONSTRAINT_UNIQUE',
  2323: 'SQLITE_CONSTRAINT_VTAB',
  2579: 'SQLITE_CONSTRAINT_ROWID',
  2835: 'SQLITE_CONSTRAINT_PINNED',
  3091: 'SQLITE_CONSTRAINT_DATATYPE',
};

/** SQLITE_FULL: the disk, or the largest number of pages that the connection allows. */
export const isFull = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && error.errcode === 13;

/**
 * What D1 answers for an error of SQLite: message, result code, and the extended code where there is one.
 * D1 also says ` at offset N` after a syntax error; node:sqlite does not expose the offset.
 *
 * @throws the error itself when it is not SQLite's: a defect of the data plane must not look like D1's answer
 */
export function d1ErrorText(error: unknown): string {
  if (error instanceof D1Refusal) return error.message;
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') throw error;
  const extended = EXTENDED[error.errcode];
  const primary = PRIMARY[error.errcode & 0xff] ?? 'SQLITE_ERROR';
  return `${error.message}: ${primary}${extended ? ` (extended: ${extended})` : ''}`;
}
