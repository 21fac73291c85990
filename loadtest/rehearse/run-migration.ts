import type { Operator } from '../../reference-worker/target/index.ts';
import { sum } from '../sum.ts';
import type { MigrationStep, Pattern } from './pattern.ts';
import { bareSql, billedAtMost, quotedName, readFrom, readSchema, type Schema } from './schema.ts';

/** Rows of one transaction, as D1's page on limits advises (developers.cloudflare.com/d1/platform/limits). */
const CHUNK_ROWS = 1_000;
/** So many parts are looked for at a time, which takes D1 some milliseconds: people wait no longer for it than for a part. */
const PARTS_AT_ONCE = 100;

/** What a statement of a migration came to, over all its parts where it was done in parts. */
export interface AppliedStatement {
  readonly sql: string;
  /** How often it was run: once, or once for each part. */
  readonly times: number;
  readonly totalMs: number;
  readonly longestMs: number;
  readonly rowsChanged: number;
  readonly mostChangedAtOnce: number;
  readonly rowsReadAtMost: number;
  readonly rowsWrittenAtMost: number;
}

export interface AppliedMigration {
  readonly statements: readonly AppliedStatement[];
  /** The longest of its transactions: D1's limit is on each. */
  readonly longestTransactionMs: number;
  readonly elapsedMs: number;
  /** Why it came to no end: D1's words, or that it was ended. */
  readonly ended?: { readonly isTooLong: boolean; readonly why: string };
}

export interface MigrationRun {
  readonly operator: Pick<Operator, 'query' | 'batch'>;
  readonly database: string;
  /** A transaction that takes longer is given up; the database cannot be used any more then. */
  readonly giveUpMs: number;
  readonly onProgress: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Thrown where a step came to no good end. */
class StepEnded extends Error {
  readonly isTooLong: boolean;
  constructor(why: string, isTooLong = false) {
    super(why);
    this.isTooLong = isTooLong;
  }
}

/**
 * Applies a migration as wrangler does, all statements in one request (one step), or as a pattern has it, and tells what each
 * statement came to.
 *
 * @param schema the tables before it
 * @throws the reason of `signal`
 */
export async function runMigration(
  run: MigrationRun,
  { steps, alike, lastSteps = [] }: Omit<Pattern, 'explained'>,
  schema: Schema,
): Promise<AppliedMigration> {
  const startedAtMs = performance.now();
  const tally = new Tally();
  let longestTransactionMs = 0;
  const apply = async (step: MigrationStep): Promise<void> => {
    for await (const ms of transactionsOf(run, step, tally))
      longestTransactionMs = Math.max(longestTransactionMs, ms);
  };
  let made: Schema = new Map();
  let ended: AppliedMigration['ended'];
  try {
    for (const step of steps) await apply(step);
    if (alike) {
      made = await readSchema(run.operator, run.database);
      assertAlike(made, alike);
    }
    for (const step of lastSteps) await apply(step);
  } catch (error) {
    if (!(error instanceof StepEnded)) throw error;
    ended = { isTooLong: error.isTooLong, why: error.message };
    if (error.isTooLong) longestTransactionMs = run.giveUpMs;
  }
  const elapsedMs = performance.now() - startedAtMs;
  // One that was given up still occupies the database.
  if (!ended) made = new Map([...made, ...(await readSchema(run.operator, run.database))]);
  const statements = tally.statementsIn(largestOf(schema, made));
  return { statements, longestTransactionMs, elapsedMs, ...(ended && { ended }) };
}

/** Runs the transactions of a step. @returns how long each occupied the database, in milliseconds */
async function* transactionsOf(run: MigrationRun, step: MigrationStep, tally: Tally): AsyncGenerator<number> {
  if (!('chunksOf' in step)) {
    await tally.plan(run, step.statements);
    yield await transaction(run, step.statements, [], tally);
    return;
  }
  const table = quotedName(step.chunksOf);
  const [last] = await run.operator.query(run.database, `SELECT max(rowid) AS id FROM ${table}`);
  const lastRowid = Number(last?.id ?? 0);
  const boundaries = boundariesIn(table);
  for (let from = Number.MIN_SAFE_INTEGER; from < lastRowid; ) {
    const next = await run.operator.query(run.database, boundaries, [from]);
    if (next.length === 0) return;
    for (const { id } of next) {
      const to = Number(id);
      yield await transaction(run, step.statements, [from, to], tally);
      run.onProgress(`${step.chunksOf}: ${Math.floor((100 * to) / lastRowid)} % of its rows`);
      from = to;
    }
  }
}

/** The last rowids of the next parts behind ?1. Rows that are written between two of them meanwhile belong to the part around them. */
function boundariesIn(table: string): string {
  const behind = (rowid: string): string =>
    `(SELECT max(rowid) FROM (SELECT rowid FROM ${table} WHERE rowid > ${rowid} ORDER BY rowid LIMIT ${CHUNK_ROWS}))`;
  return (
    `WITH RECURSIVE part (n, id) AS (SELECT 1, ${behind('?1')} UNION ALL SELECT n + 1, ${behind('part.id')} FROM part ` +
    `WHERE id IS NOT NULL AND n < ${PARTS_AT_ONCE}) SELECT id FROM part WHERE id IS NOT NULL`
  );
}

async function transaction(
  { operator, database, giveUpMs, signal }: MigrationRun,
  statements: readonly string[],
  params: readonly number[],
  tally: Tally,
): Promise<number> {
  signal.throwIfAborted();
  const giveUp = Promise.withResolvers<never>();
  const tooLong = new StepEnded(`It was given up after ${giveUpMs / 1_000} s.`, true);
  const timer = setTimeout(() => giveUp.reject(tooLong), giveUpMs);
  const stop = (): void => giveUp.reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  const work = operator.batch(
    database,
    statements.map((sql) => ({ sql, params })),
  );
  try {
    const results = await Promise.race([work, giveUp.promise]);
    for (const [index, { durationMs, changes }] of results.entries())
      tally.add(statements[index] ?? '', durationMs, changes);
    return sum(results.map(({ durationMs }) => durationMs));
  } catch (error) {
    work.catch(() => undefined);
    if (error instanceof StepEnded || signal.aborted || !(error instanceof Error)) throw error;
    throw new StepEnded(error.message);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

/** A row that a constraint of the new table refused, or that no trigger saw, must not go unnoticed. */
function assertAlike(schema: Schema, [from, into]: readonly [string, string]): void {
  const [old, next] = [schema.get(from)?.rows, schema.get(into)?.rows];
  if (old === next) return;
  throw new StepEnded(`${from} has ${old} rows and ${into} has ${next}: rows were lost on the way.`);
}

/** Each table with as many rows and indexes as it has had: one that a migration empties was read while it was full. */
const largestOf = (before: Schema, after: Schema): Schema =>
  new Map(
    [...before, ...after].map(([name, facts]) => {
      const [old, next] = [before.get(name) ?? facts, after.get(name) ?? facts];
      const [rows, indexes] = [Math.max(old.rows, next.rows), Math.max(old.indexes, next.indexes)];
      return [name, { ...next, rows, indexes }];
    }),
  );

/** Adds up what each statement came to. */
class Tally {
  readonly #scanned = new Map<string, readonly string[]>();
  readonly #sums = new Map<string, Omit<AppliedStatement, 'rowsReadAtMost' | 'rowsWrittenAtMost'>>();

  /** Asks which tables each statement will read from end to end; of those that the migration makes itself SQLite cannot say yet. */
  async plan({ operator, database }: MigrationRun, statements: readonly string[]): Promise<void> {
    for (const sql of statements) {
      if (!/^\s*(INSERT|UPDATE|DELETE|WITH)\b/i.test(bareSql(sql))) continue;
      const steps = await operator.query(database, `EXPLAIN QUERY PLAN ${bareSql(sql)}`).catch(() => []);
      const scans = steps.flatMap(({ detail }) => /^SCAN (\S+)/.exec(String(detail))?.[1] ?? []);
      const from = readFrom(sql);
      this.#scanned.set(sql, steps.length > 0 || from === undefined ? scans : [from]);
    }
  }

  add(sql: string, durationMs: number, changes: number): void {
    const known = this.#sums.get(sql);
    this.#sums.set(sql, {
      sql,
      times: (known?.times ?? 0) + 1,
      totalMs: (known?.totalMs ?? 0) + durationMs,
      longestMs: Math.max(known?.longestMs ?? 0, durationMs),
      rowsChanged: (known?.rowsChanged ?? 0) + changes,
      mostChangedAtOnce: Math.max(known?.mostChangedAtOnce ?? 0, changes),
    });
  }

  /** @param schema the tables before the migration, and those that it has made */
  statementsIn(schema: Schema): AppliedStatement[] {
    return [...this.#sums.values()].map((statement) => {
      const { sql, rowsChanged } = statement;
      const { read, written } = billedAtMost(sql, schema, this.#scanned.get(sql) ?? [], rowsChanged);
      return { ...statement, rowsReadAtMost: read, rowsWrittenAtMost: written };
    });
  }
}
