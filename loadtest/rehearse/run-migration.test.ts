import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Operator } from '../../reference-worker/target/index.ts';
import { type Pattern, patternFor } from './pattern.ts';
import { type MigrationRun, runMigration } from './run-migration.ts';
import { readSchema } from './schema.ts';

const TABLE = `CREATE TABLE item (owner TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL,
  size INTEGER GENERATED ALWAYS AS (length(body)) STORED, PRIMARY KEY (owner, id))`;
const INDEX = 'CREATE INDEX item_by_size ON item (owner, size)';
const ROWS = 2_500;

const REBUILD = [
  TABLE.replace('item', 'item_new').replace('PRIMARY KEY', "tone TEXT NOT NULL DEFAULT 'plain', PRIMARY KEY"),
  'INSERT INTO item_new (owner, id, body) SELECT owner, id, body FROM item',
  'DROP TABLE item',
  'ALTER TABLE item_new RENAME TO item',
  INDEX,
];
const NEW_INDEX = ['CREATE INDEX item_by_body ON item (owner, body)'];
const BACKFILL = [
  'ALTER TABLE item ADD COLUMN tone TEXT',
  "UPDATE item SET tone = 'plain' WHERE tone IS NULL",
];

function filled(): DatabaseSync {
  const database = new DatabaseSync(':memory:');
  database.exec(`${TABLE}; ${INDEX}`);
  database.exec(`INSERT INTO item (owner, id, body)
    SELECT 'acme', n, 'body ' || n FROM (WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < ${ROWS}) SELECT n FROM c)`);
  return database;
}

/** @param between called before each transaction: what others write meanwhile */
function runOn(database: DatabaseSync, between: () => void = () => undefined): MigrationRun {
  const query: Operator['query'] = async (_, sql, params = []) => database.prepare(sql).all(...params);
  const batch: Operator['batch'] = async (_, statements) => {
    between();
    database.exec('BEGIN');
    try {
      const results = statements.map(({ sql, params = [] }) => {
        const statement = database.prepare(sql);
        const bound = sql.includes('?1') ? params : [];
        return { rows: [], durationMs: 1, changes: Number(statement.run(...bound).changes) };
      });
      database.exec('COMMIT');
      return results;
    } catch (error) {
      database.exec('ROLLBACK');
      throw error;
    }
  };
  return {
    ...{ operator: { query, batch }, database: 'shard', giveUpMs: 60_000 },
    ...{ onProgress: () => undefined, signal: new AbortController().signal },
  };
}

async function patternOn(
  database: DatabaseSync,
  statements: readonly string[],
  at: number,
): Promise<Pattern> {
  const pattern = patternFor(statements, at, await readSchema(runOn(database).operator, 'shard'));
  if ('why' in pattern) throw new Error(pattern.why);
  return pattern;
}

const contents = (database: DatabaseSync): unknown[] =>
  database.prepare('SELECT * FROM item ORDER BY owner, id').all();

const anyWrite = fc.tuple(
  fc.constantFrom('upsert', 'replace', 'delete', 'update'),
  fc.integer({ min: 1, max: ROWS + 200 }),
  fc.string({ maxLength: 8 }),
);

function write(database: DatabaseSync, [kind, id, body]: [string, number, string]): void {
  if (kind === 'delete') database.prepare('DELETE FROM item WHERE id = ?').run(String(id));
  else if (kind === 'update') database.prepare('UPDATE item SET body = ? WHERE id = ?').run(body, String(id));
  else {
    const how = kind === 'replace' ? 'INSERT OR REPLACE' : 'INSERT';
    const otherwise = kind === 'replace' ? '' : 'ON CONFLICT (owner, id) DO UPDATE SET body = excluded.body';
    database
      .prepare(`${how} INTO item (owner, id, body) VALUES ('acme', ?, ?) ${otherwise}`)
      .run(String(id), body);
  }
}

describe('in parts, while others write, a migration leaves what it would have left at once', () => {
  test.each([
    ['a rebuild', REBUILD, 1],
    ['a new index', NEW_INDEX, 0],
  ])('%s', async (_, statements, at) => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyWrite, { minLength: 20, maxLength: 60 }), async (writes) => {
        const [parts, whole] = [filled(), filled()];
        const pattern = await patternOn(parts, statements, at);
        const waiting = [...writes];
        const both = (): void => {
          for (const each of waiting.splice(0, 8))
            for (const database of [parts, whole]) write(database, each);
        };

        const applied = await runMigration(runOn(parts, both), pattern, new Map());
        while (waiting.length > 0) both();
        for (const sql of statements) whole.exec(sql);

        expect(applied.ended).toBeUndefined();
        expect(contents(parts)).toEqual(contents(whole));
        const tables = parts
          .prepare("SELECT name FROM sqlite_master WHERE type IN ('table', 'trigger')")
          .all();
        expect(tables).toEqual([{ name: 'item' }]);
        const indexes = (database: DatabaseSync) =>
          database
            .prepare(
              "SELECT replace(name, '_2', '') AS name FROM sqlite_master WHERE sql LIKE 'CREATE INDEX%' ORDER BY 1",
            )
            .all();
        expect(indexes(parts)).toEqual(indexes(whole));
      }),
      { numRuns: 15 },
    );
  });

  test('a backfill', async () => {
    const [parts, whole] = [filled(), filled()];

    const applied = await runMigration(runOn(parts), await patternOn(parts, BACKFILL, 1), new Map());
    for (const sql of BACKFILL) whole.exec(sql);

    expect(contents(parts)).toEqual(contents(whole));
    expect(
      applied.statements.map(({ times, rowsChanged, mostChangedAtOnce }) => ({
        times,
        rowsChanged,
        mostChangedAtOnce,
      })),
    ).toEqual([
      expect.objectContaining({ times: 1 }),
      { times: 3, rowsChanged: ROWS, mostChangedAtOnce: 1_000 },
    ]);
  });
});

test('rows that a stricter table loses are noticed before the old table goes', async () => {
  const database = filled();
  const pattern = await patternOn(database, REBUILD, 1);
  const losing = {
    ...pattern,
    steps: pattern.steps.map((step) =>
      'chunksOf' in step
        ? { ...step, statements: step.statements.map((sql) => sql.replace(/$/, " AND id <> '7'")) }
        : step,
    ),
  };

  const { ended } = await runMigration(runOn(database), losing, new Map());

  expect(ended?.why).toContain(`item has ${ROWS} rows and item_new has ${ROWS - 1}`);
  expect(contents(database)).toHaveLength(ROWS);
});

test('rows that D1 would bill are bounded by the tables that are read and the indexes that are written', async () => {
  const database = filled();
  const before = await readSchema(runOn(database).operator, 'shard');
  const statements = [...BACKFILL, ...NEW_INDEX, "DELETE FROM item WHERE id = '5'"];

  const applied = await runMigration(runOn(database), { steps: [{ statements }] }, before);

  expect(
    applied.statements.map(({ rowsReadAtMost, rowsWrittenAtMost }) => [rowsReadAtMost, rowsWrittenAtMost]),
  ).toEqual([
    [1, 1],
    // Its key, one index that was there, and the new one.
    [ROWS, ROWS * 4],
    [ROWS, ROWS],
    [ROWS, 4],
  ]);
});

test.each([
  [
    'a table without rowids',
    ['CREATE TABLE t (k TEXT PRIMARY KEY) WITHOUT ROWID'],
    "UPDATE t SET k = 'x'",
    'no rowid',
  ],
  [
    'a view on the table',
    ['CREATE TABLE t (k TEXT)', 'CREATE VIEW v AS SELECT k FROM t'],
    'CREATE INDEX i ON t (k)',
    'view v',
  ],
  [
    'a foreign key to the table',
    ['CREATE TABLE t (k TEXT PRIMARY KEY)', 'CREATE TABLE u (k TEXT REFERENCES t (k))'],
    'CREATE INDEX i ON t (k)',
    'table u',
  ],
  [
    'a statement of another kind',
    ['CREATE TABLE t (k TEXT, l TEXT)'],
    'ALTER TABLE t DROP COLUMN l',
    'cut into parts',
  ],
])('%s: why nothing is derived is said', async (_, schema, statement, why) => {
  const database = new DatabaseSync(':memory:');
  for (const sql of schema) database.exec(sql);

  const pattern = patternFor([statement], 0, await readSchema(runOn(database).operator, 'shard'));

  expect(pattern).toEqual({ why: expect.stringContaining(why) });
});

test('D1’s refusal and a transaction that is given up are told apart', async () => {
  const refused = await runMigration(
    runOn(filled()),
    { steps: [{ statements: ['ALTER TABLE item ADD COLUMN n TEXT NOT NULL'] }] },
    new Map(),
  );
  const stuck = { ...runOn(filled()), giveUpMs: 20 };
  const never: MigrationRun = {
    ...stuck,
    operator: { ...stuck.operator, batch: () => new Promise(() => undefined) },
  };
  const given = await runMigration(never, { steps: [{ statements: NEW_INDEX }] }, new Map());

  expect(refused.ended).toMatchObject({ isTooLong: false, why: expect.stringContaining('NOT NULL') });
  expect(given).toMatchObject({ ended: { isTooLong: true }, longestTransactionMs: 20 });
});
