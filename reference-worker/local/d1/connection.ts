import {
  constants,
  DatabaseSync,
  type SQLInputValue,
  type SQLOutputValue,
  type StatementSync,
} from 'node:sqlite';
import type { Clock } from '../clock/index.ts';
import { LruCache } from './lru-cache.ts';
import type { PlannedQuery } from './plan-queries.ts';
import { fromWire, toWire, type WireValue } from './protocol.ts';
import {
  type Action,
  controlsTransaction,
  D1_LIMITS,
  isReserved,
  judge,
  laterKind,
  movesSwitch,
  type StatementKind,
  SWITCHES_AT_REST,
  UNKNOWN_FUNCTIONS,
  UNKNOWN_TABLES,
} from './restrictions.ts';
import type { StatementCount } from './row-count.ts';
import type { SqlStatement } from './sql.ts';
import { D1Refusal } from './sqlite-errors.ts';

/** A Worker issues tens of different statements; a list with optional filters, perhaps a few hundred. */
const CACHED_STATEMENTS = 512;

/** D1's words, which are those of the Durable Object that it is made of (workerd: api/sql.c++). */
const NO_TRANSACTIONS =
  'To execute a transaction, please use the state.storage.transaction() or state.storage.transactionSync() APIs ' +
  'instead of the SQL BEGIN TRANSACTION or SAVEPOINT statements. The JavaScript API is safer because it will ' +
  "automatically roll back on exceptions, and because it interacts correctly with Durable Objects' automatic atomic " +
  'write coalescing.';

/** In what SQLite says of a function that it has and will not run so. */
const NAMED_FUNCTION =
  /^(?:(?:not authorized to use|wrong number of arguments to) function:? )?(?<name>\w+)(?:\(\)(?: may not be used as a window function)?)?$/;

interface PreparedStatement {
  readonly run: (params: readonly SQLInputValue[]) => WireValue[][];
  /** Duplicate names included: `raw()` shows them all. */
  readonly columns: readonly string[];
  readonly kind: StatementKind;
}

/** What one query did. */
export interface Execution {
  readonly columns: readonly string[];
  readonly rows: readonly WireValue[][];
  readonly kind: StatementKind;
  /** Rows; a change of the schema is none. */
  readonly changes: number;
  readonly schemaChanged: boolean;
  readonly lastRowId: number;
  readonly sizeBytes: number;
  readonly durationMs: number;
  /** Rows as D1 counts them; undefined: nobody has counted. */
  readonly count?: StatementCount | undefined;
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
  readonly #counters;
  readonly #pageBytes: number;
  /** True while a statement of our own is prepared or run, to which D1's restrictions do not apply. */
  #trusted = false;
  /** What the statement that is being prepared does, as the authorizer is told it. */
  #kind: StatementKind = 'read';
  #movesSwitch = false;
  #controlsTransaction = false;
  #unknownTable: string | undefined;
  /** Whether a statement has moved a switch that would outlast its transaction. */
  #isSwitched = false;
  #schemaVersion = 0;
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
    this.#counters = ['page_count', 'freelist_count', 'schema_version'].map((name) =>
      this.#database.prepare(`PRAGMA ${name}`),
    );
    this.#pageBytes = Number(this.control('PRAGMA page_size')[0]);
    this.#database.setAuthorizer((code, first, second, database, source) =>
      this.#authorize({ code, first, second, database, source }),
    );
  }

  /** Rows changed since the connection was opened. */
  get changes(): number {
    return this.#changes;
  }

  /** Rises with every change of the schema, and falls with a transaction that is rolled back. */
  get schemaVersion(): number {
    return this.#schemaVersion;
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
    const [changesBefore, schemaBefore] = [this.#changes, this.#schemaVersion];
    let kind: StatementKind = 'read';
    let columns: readonly string[] = [];
    let rows: WireValue[][] = [];
    for (const [index, statement] of statements.entries()) {
      const isLast = index === statements.length - 1;
      const prepared = this.#prepare(statement);
      if (!isLast && statement.parameters.length > 0)
        throw new D1Refusal(
          'When executing multiple SQL statements in a single call, only the last statement can have parameters.',
        );
      const bound = isLast ? params : [];
      if (bound.length !== statement.parameters.length)
        throw new D1Refusal('Wrong number of parameter bindings for SQL query.');
      rows = prepared.run(bound.map(fromWire));
      columns = prepared.columns;
      kind = laterKind(kind, prepared.kind);
      if (prepared.kind === 'schema') this.forget();
    }
    if (kind !== 'read') this.measure();
    return {
      columns,
      rows,
      kind,
      changes: this.#changes - changesBefore,
      schemaChanged: this.#schemaVersion !== schemaBefore,
      lastRowId: this.#lastRowId,
      sizeBytes: this.#sizeBytes,
      durationMs: this.#clock.now() - startMs,
    };
  }

  /** "PRAGMA statements only apply to the current transaction" on D1; on a SQLite connection the switches stay. */
  resetSwitches(): void {
    if (!this.#isSwitched) return;
    for (const pragma of SWITCHES_AT_REST) this.control(pragma);
    this.#isSwitched = false;
  }

  /** Drops prepared statements, whose columns another schema may have changed. */
  forget(): void {
    this.#prepared.clear();
  }

  /** Reads what SQLite knows about the connection's work so far. */
  measure(): void {
    this.#trusted = true;
    const [changes, rowId] = Object.values(this.#progress.get() ?? {});
    const [pages, freePages, schemaVersion] = this.#counters.map((counter) =>
      Number(Object.values(counter.get() ?? {})[0]),
    );
    this.#trusted = false;
    this.#changes = Number(changes);
    this.#lastRowId = Number(rowId);
    this.#sizeBytes = ((pages ?? 0) - (freePages ?? 0)) * this.#pageBytes;
    this.#schemaVersion = schemaVersion ?? 0;
  }

  close(): void {
    this.#database.close();
  }

  #prepare({ text: sql, parameters, isEmpty, newTableName }: SqlStatement): PreparedStatement {
    const known = this.#prepared.get(sql);
    if (known) return known;
    if (isEmpty) throw new D1Refusal('SQL code did not contain a statement.');
    // node:sqlite has the limit, but gives it the text of the limit on values.
    if (Buffer.byteLength(sql) > D1_LIMITS.sqlLength)
      throw new D1Refusal('statement too long: SQLITE_TOOBIG');
    this.#kind = 'read';
    this.#movesSwitch = false;
    this.#unknownTable = undefined;
    const statement = this.#prepareInSqlite(sql);
    if (isReserved(newTableName)) throw new D1Refusal('not authorized: SQLITE_AUTH');
    if (this.#unknownTable !== undefined && !this.#hasTable(this.#unknownTable))
      throw new D1Refusal(`no such table: ${this.#unknownTable}: SQLITE_ERROR`);
    const bind = binderOf(statement, parameters);
    const prepared: PreparedStatement = {
      // The rows are arrays (returnArrays), which the types do not say; Object.values reads either.
      run: (params) => bind(params).map((row) => Object.values(row).map(toWire)),
      columns: statement.columns().map(({ name }) => name),
      kind: this.#kind,
    };
    // A switch moves while its pragma is prepared, and would not move again.
    if (!this.#movesSwitch) this.#prepared.set(sql, prepared);
    return prepared;
  }

  #prepareInSqlite(sql: string): StatementSync {
    this.#controlsTransaction = false;
    try {
      return this.#database.prepare(sql);
    } catch (error) {
      if (this.#controlsTransaction) throw new D1Refusal(NO_TRANSACTIONS);
      const { name = '' } = NAMED_FUNCTION.exec(error instanceof Error ? error.message : '')?.groups ?? {};
      if (UNKNOWN_FUNCTIONS.has(name)) throw new D1Refusal(`no such function: ${name}: SQLITE_ERROR`);
      throw error;
    }
  }

  #hasTable(name: string): boolean {
    const [count] = this.control(
      `SELECT count(*) FROM sqlite_master WHERE lower(name) = '${name.toLowerCase()}'`,
    );
    return Number(count) > 0;
  }

  #authorize(action: Action): number {
    if (this.#trusted) return constants.SQLITE_OK;
    if (controlsTransaction(action)) this.#controlsTransaction = true;
    const part = judge(action);
    if (part === 'forbidden') return constants.SQLITE_DENY;
    this.#kind = laterKind(this.#kind, part);
    if (movesSwitch(action)) {
      this.#movesSwitch = true;
      this.#isSwitched = true;
    }
    if (action.code === constants.SQLITE_READ && UNKNOWN_TABLES.has((action.first ?? '').toLowerCase()))
      this.#unknownTable = action.first ?? undefined;
    return constants.SQLITE_OK;
  }
}

/** How a statement is run with a value for each parameter, in SQLite's order: node:sqlite wants names apart. */
function binderOf(
  statement: StatementSync,
  names: readonly (string | undefined)[],
): (params: readonly SQLInputValue[]) => Record<string, SQLOutputValue>[] {
  if (names.every((name) => name === undefined)) return (params) => statement.all(...params);
  statement.setAllowBareNamedParameters(false);
  return (params) => {
    const entries = params.map((value, index) => [names[index], value] as const);
    const named = Object.fromEntries(
      entries.flatMap(([name, value]) => (name === undefined ? [] : [[name, value]])),
    );
    return statement.all(named, ...entries.flatMap(([name, value]) => (name === undefined ? [value] : [])));
  };
}
