import { constants, DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { Bookmark } from './bookmark.ts';
import {
  fromWire,
  type Query,
  type QueryMeta,
  type QueryResult,
  toWire,
  type WireValue,
} from './d1-protocol.ts';
import { LruCache } from './lru-cache.ts';
import { D1_LIMITS, judge, laterKind, type StatementKind } from './restrictions.ts';
import { type SqlStatement, splitStatements } from './sql.ts';
import { D1Refusal } from './sqlite-errors.ts';

/** A Worker issues tens of different statements; a list with optional filters, perhaps a few hundred. */
const CACHED_STATEMENTS = 512;

const PRIMARY = {
  served_by: 'shardproof.primary',
  served_by_region: 'WEUR',
  served_by_primary: true,
  served_by_colo: 'AMS',
};

interface PreparedStatement {
  readonly run: (params: SQLInputValue[]) => WireValue[][];
  /** Duplicate names included: `raw()` shows them all. */
  readonly columns: readonly string[];
  readonly kind: StatementKind;
}

/** The primary of one D1 database: a SQLite file, D1's restrictions, and a position. */
export class D1Database {
  readonly #database: DatabaseSync;
  readonly #bookmark: Bookmark;
  readonly #prepared = new LruCache<PreparedStatement>(CACHED_STATEMENTS);
  readonly #progress;
  readonly #pages;
  /** True while a statement of our own is prepared or run, to which D1's restrictions do not apply. */
  #trusted = false;
  #kind: StatementKind = 'read';
  #changes = 0;
  #lastRowId = 0;
  #sizeBytes = 0;

  /** @throws the SQLite error when the file is no database or cannot be written */
  constructor(file: string, databaseId: string) {
    this.#database = new DatabaseSync(file, {
      limits: D1_LIMITS,
      // As in workerd's SQLite, where a name in double quotes that is no column is a string.
      enableDoubleQuotedStringLiterals: true,
      readBigInts: true,
      returnArrays: true,
      timeout: 5_000,
    });
    // WAL with NORMAL survives the death of the process; power loss may cost the last writes, never the file.
    this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON');
    this.#bookmark = new Bookmark(this.#database, databaseId);
    this.#progress = this.#database.prepare('SELECT total_changes(), last_insert_rowid()');
    this.#pages = this.#database.prepare(
      'SELECT page_count * page_size FROM pragma_page_count, pragma_page_size',
    );
    this.#database.setAuthorizer((action, name) => this.#authorize(action, name));
    this.#measure();
  }

  /** The position of the newest committed change. */
  get bookmark(): string {
    return this.#bookmark.toString();
  }

  /**
   * Runs the queries of one request in order, in one transaction, and commits or leaves no trace.
   *
   * Reads are in a transaction too: a flag pragma takes effect when it is prepared, and only inside a
   * transaction is it harmless (foreign_keys) or short-lived (defer_foreign_keys).
   *
   * @throws D1Refusal or SQLite's error; `d1ErrorText` turns either into D1's words
   */
  run(queries: readonly Query[]): QueryResult[] {
    const plans = queries
      .map(({ sql, params }) => ({ statements: splitStatements(sql), params: params ?? [] }))
      .filter(({ statements }) => statements.length > 0);
    if (plans.length === 0) throw new D1Refusal('No SQL statements detected.');
    const changesBefore = this.#changes;
    let schemaChanged = false;
    this.#control('BEGIN');
    try {
      const results = plans.map(({ statements, params }) => {
        const { result, kind } = this.#query(statements, params.map(fromWire));
        schemaChanged ||= kind === 'schema';
        return result;
      });
      this.#control('COMMIT');
      if (schemaChanged || this.#changes > changesBefore) this.#bookmark.advance();
      return results;
    } catch (error) {
      // SQLite has already rolled back after some errors, a full disk for one.
      if (this.#database.isTransaction) this.#control('ROLLBACK');
      this.#measure();
      throw error;
    }
  }

  close(): void {
    this.#database.close();
  }

  /** A query may hold several statements: all run, the last one takes the parameters and gives the result. */
  #query(
    statements: readonly SqlStatement[],
    params: SQLInputValue[],
  ): { result: QueryResult; kind: StatementKind } {
    const startMs = performance.now();
    const changesBefore = this.#changes;
    let kind: StatementKind = 'read';
    let columns: readonly string[] = [];
    let rows: WireValue[][] = [];
    for (const [index, { text, parameterCount }] of statements.entries()) {
      const prepared = this.#prepare(text);
      const bound = index === statements.length - 1 ? params : [];
      if (bound.length !== parameterCount)
        throw new D1Refusal('Wrong number of parameter bindings for SQL query.');
      rows = prepared.run(bound);
      columns = prepared.columns;
      kind = laterKind(kind, prepared.kind);
      if (prepared.kind === 'schema') this.#prepared.clear();
    }
    if (kind !== 'read') this.#measure();
    const changes = this.#changes - changesBefore;
    const meta = this.#meta(performance.now() - startMs, rows.length, changes, kind === 'schema');
    return { result: { columns, rows, meta }, kind };
  }

  #meta(durationMs: number, rows: number, changes: number, schemaChanged: boolean): QueryMeta {
    return {
      ...PRIMARY,
      duration: durationMs,
      changes,
      last_row_id: this.#lastRowId,
      changed_db: schemaChanged || changes > 0,
      size_after: this.#sizeBytes,
      // Lower bounds: node:sqlite counts neither the rows scanned nor the index rows written.
      rows_read: rows,
      rows_written: changes,
      total_attempts: 1,
      timings: { sql_duration_ms: durationMs },
    };
  }

  #prepare(sql: string): PreparedStatement {
    const known = this.#prepared.get(sql);
    if (known) return known;
    // node:sqlite has the limit, but gives it the text of the limit on values.
    if (Buffer.byteLength(sql) > D1_LIMITS.sqlLength)
      throw new D1Refusal('statement too long: SQLITE_TOOBIG');
    this.#kind = 'read';
    const statement = this.#database.prepare(sql);
    const prepared: PreparedStatement = {
      // The rows are arrays (returnArrays), which the types do not say; Object.values reads either.
      run: (params) => statement.all(...params).map((row) => Object.values(row).map(toWire)),
      columns: statement.columns().map(({ name }) => name),
      kind: this.#kind,
    };
    this.#prepared.set(sql, prepared);
    return prepared;
  }

  #authorize(action: number, name: string | null): number {
    if (this.#trusted) return constants.SQLITE_OK;
    const part = judge(action, name);
    if (part === 'forbidden') return constants.SQLITE_DENY;
    this.#kind = laterKind(this.#kind, part);
    return constants.SQLITE_OK;
  }

  #control(sql: 'BEGIN' | 'COMMIT' | 'ROLLBACK'): void {
    this.#trusted = true;
    try {
      this.#database.exec(sql);
    } finally {
      this.#trusted = false;
    }
  }

  /** Reads what SQLite knows about the connection's work so far. */
  #measure(): void {
    this.#trusted = true;
    const [changes, rowId] = Object.values(this.#progress.get() ?? {});
    const [sizeBytes] = Object.values(this.#pages.get() ?? {});
    this.#trusted = false;
    this.#changes = Number(changes);
    this.#lastRowId = Number(rowId);
    this.#sizeBytes = Number(sizeBytes);
  }
}
