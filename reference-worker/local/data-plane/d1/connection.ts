import { constants, DatabaseSync, type SQLInputValue } from 'node:sqlite';
import type { Clock } from '../time/clock.ts';
import { LruCache } from './lru-cache.ts';
import type { PlannedQuery } from './plan-queries.ts';
import { fromWire, toWire, type WireValue } from './protocol.ts';
import { D1_LIMITS, judge, laterKind, type StatementKind } from './restrictions.ts';
import { D1Refusal } from './sqlite-errors.ts';

/** A Worker issues tens of different statements; a list with optional filters, perhaps a few hundred. */
const CACHED_STATEMENTS = 512;

interface PreparedStatement {
  readonly run: (params: SQLInputValue[]) => WireValue[][];
  /** Duplicate names included: `raw()` shows them all. */
  readonly columns: readonly string[];
  readonly kind: StatementKind;
}

/** What one query did. */
export interface Execution {
  readonly columns: readonly string[];
  readonly rows: readonly WireValue[][];
  readonly kind: StatementKind;
  readonly changes: number;
  readonly lastRowId: number;
  readonly sizeBytes: number;
  readonly durationMs: number;
}

export interface ConnectionOptions {
  readonly readOnly: boolean;
  readonly clock: Clock;
}

/** A connection to a SQLite file that holds its statements to D1's restrictions. */
export class Connection {
  readonly #database: DatabaseSync;
  readonly #clock: Clock;
  readonly #prepared = new LruCache<PreparedStatement>(CACHED_STATEMENTS);
  readonly #progress;
  readonly #pages;
  /** True while a statement of our own is prepared or run, to which D1's restrictions do not apply. */
  #trusted = false;
  #kind: StatementKind = 'read';
  #changes = 0;
  #lastRowId = 0;
  #sizeBytes = 0;

  /** @throws the SQLite error when the file is no database or cannot be opened as asked */
  constructor(file: string, { readOnly, clock }: ConnectionOptions) {
    this.#clock = clock;
    this.#database = new DatabaseSync(file, {
      readOnly,
      limits: D1_LIMITS,
      // As in workerd's SQLite, where a name in double quotes that is no column is a string.
      enableDoubleQuotedStringLiterals: true,
      readBigInts: true,
      returnArrays: true,
      timeout: 5_000,
    });
    this.#progress = this.#database.prepare('SELECT total_changes(), last_insert_rowid()');
    this.#pages = this.#database.prepare(
      'SELECT page_count * page_size FROM pragma_page_count, pragma_page_size',
    );
    this.#database.setAuthorizer((action, name, functionName) => this.#authorize(action, name, functionName));
  }

  /** Rows changed since the connection was opened. */
  get changes(): number {
    return this.#changes;
  }

  get isTransaction(): boolean {
    return this.#database.isTransaction;
  }

  /** Runs SQL of our own, to which D1's restrictions do not apply, and returns its first row. */
  control(sql: string): unknown[] {
    this.#trusted = true;
    try {
      return Object.values(this.#database.prepare(sql).get() ?? {});
    } finally {
      this.#trusted = false;
    }
  }

  /**
   * A query may hold several statements: all run, the last one takes the parameters and gives the result.
   *
   * @throws D1Refusal or SQLite's error; `d1ErrorText` turns either into D1's words
   */
  execute({ statements, params }: PlannedQuery): Execution {
    const startMs = this.#clock.now();
    const changesBefore = this.#changes;
    let kind: StatementKind = 'read';
    let columns: readonly string[] = [];
    let rows: WireValue[][] = [];
    for (const [index, { text, parameterCount }] of statements.entries()) {
      const prepared = this.#prepare(text);
      const bound = index === statements.length - 1 ? params.map(fromWire) : [];
      if (bound.length !== parameterCount)
        throw new D1Refusal('Wrong number of parameter bindings for SQL query.');
      rows = prepared.run(bound);
      columns = prepared.columns;
      kind = laterKind(kind, prepared.kind);
      if (prepared.kind === 'schema') this.forget();
    }
    if (kind !== 'read') this.measure();
    const changes = this.#changes - changesBefore;
    const [lastRowId, sizeBytes] = [this.#lastRowId, this.#sizeBytes];
    return { columns, rows, kind, changes, lastRowId, sizeBytes, durationMs: this.#clock.now() - startMs };
  }

  /** Drops prepared statements, whose columns another schema may have changed. */
  forget(): void {
    this.#prepared.clear();
  }

  /** Reads what SQLite knows about the connection's work so far. */
  measure(): void {
    this.#trusted = true;
    const [changes, rowId] = Object.values(this.#progress.get() ?? {});
    const [sizeBytes] = Object.values(this.#pages.get() ?? {});
    this.#trusted = false;
    this.#changes = Number(changes);
    this.#lastRowId = Number(rowId);
    this.#sizeBytes = Number(sizeBytes);
  }

  close(): void {
    this.#database.close();
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

  #authorize(action: number, name: string | null, functionName: string | null): number {
    if (this.#trusted) return constants.SQLITE_OK;
    const part = judge(action, name, functionName);
    if (part === 'forbidden') return constants.SQLITE_DENY;
    this.#kind = laterKind(this.#kind, part);
    return constants.SQLITE_OK;
  }
}
