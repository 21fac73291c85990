import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from '../clock/index.ts';
import { Connection, type Execution } from './connection.ts';
import type { PlannedQuery } from './plan-queries.ts';
import { RESERVED_TABLES } from './restrictions.ts';
import { D1Refusal, isFull } from './sqlite-errors.ts';

export interface PrimaryOptions {
  readonly file: string;
  readonly clock: Clock;
  /** D1's limit on the size of a database. */
  readonly limitBytes: number;
}

/** With more than this left, it was not the disk that was full: the largest request changes a few megabytes. */
const SPARE_BYTES = 64_000_000;

export interface Committed {
  readonly executions: readonly Execution[];
  readonly changed: boolean;
  readonly schemaChanged: boolean;
}

/** The primary of a D1 database: the one connection that writes. */
export class Primary {
  readonly #connection: Connection;
  readonly #folder: string;
  /** How often the file has been opened, this time included. */
  readonly opened: number;

  /** @throws the SQLite error when the file is no database or cannot be written */
  constructor({ file, clock, limitBytes }: PrimaryOptions) {
    this.#connection = new Connection(file, { readOnly: false, clock });
    this.#folder = dirname(file);
    // WAL with NORMAL survives the death of the process; power loss may cost the last writes, never the file.
    for (const pragma of ['journal_mode = WAL', 'synchronous = NORMAL', 'foreign_keys = ON'])
      this.#connection.control(`PRAGMA ${pragma}`);
    // See `checkpoint`.
    this.#connection.control('PRAGMA wal_autocheckpoint = 0');
    for (const table of RESERVED_TABLES) this.#connection.control(table);
    const [pageBytes] = this.#connection.control('PRAGMA page_size');
    this.#connection.control(`PRAGMA max_page_count = ${Math.floor(limitBytes / Number(pageBytes))}`);
    // D1 does not let a statement set user_version, so it can count the openings, and bookmarks go on rising after
    // a restart, whatever the clock does.
    this.opened = Number(this.#connection.control('PRAGMA user_version')[0]) + 1;
    this.#connection.control(`PRAGMA user_version = ${this.opened}`);
    this.#connection.measure();
  }

  /**
   * Runs the queries of one request in order, in one transaction, and commits or leaves no trace.
   *
   * Reads are in a transaction too: a flag pragma takes effect when it is prepared, and only inside a transaction is
   * it harmless (foreign_keys) or short-lived (defer_foreign_keys).
   *
   * @param beforeCommit what it throws rolls the transaction back
   * @throws D1Refusal, SQLite's error, or what `beforeCommit` throws
   */
  run(queries: readonly PlannedQuery[], beforeCommit: () => void = () => undefined): Committed {
    const connection = this.#connection;
    const [changesBefore, schemaBefore] = [connection.changes, connection.schemaVersion];
    connection.control('BEGIN');
    try {
      const executions = queries.map((query) => connection.execute(query));
      beforeCommit();
      connection.control('COMMIT');
      // Full-text search writes more at the commit, which is no change of the next request.
      if (executions.some(({ kind }) => kind !== 'read')) connection.measure();
      const schemaChanged = connection.schemaVersion !== schemaBefore;
      return { executions, schemaChanged, changed: schemaChanged || connection.changes > changesBefore };
    } catch (error) {
      // SQLite has already rolled back after some errors, a full disk for one.
      if (connection.isTransaction) connection.control('ROLLBACK');
      connection.measure();
      throw isFull(error) && this.#hasSpace() ? new D1Refusal('Exceeded maximum DB size.') : error;
    } finally {
      connection.resetSwitches();
    }
  }

  /** Rows changed since the database was opened. */
  get changes(): number {
    return this.#connection.changes;
  }

  /**
   * Copies what no snapshot needs any more from the write-ahead log into the file. Left to itself SQLite would do so
   * at every commit as soon as the log is long, and as long as a replica holds a snapshot the log stays long.
   *
   * @returns pages in the log; it starts again from nothing at the next write once nobody reads from it
   */
  checkpoint(): number {
    const [, pages] = this.#connection.control('PRAGMA wal_checkpoint(PASSIVE)');
    return Number(pages);
  }

  close(): void {
    this.#connection.close();
  }

  /** SQLite has one error for its own limit and for a full disk. */
  #hasSpace(): boolean {
    const { bavail, bsize } = statfsSync(this.#folder);
    return bavail * bsize > SPARE_BYTES;
  }
}
