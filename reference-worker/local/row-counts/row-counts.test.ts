import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { databaseFile } from '../state.ts';
import { freshFolder } from '../testing/fresh-folder.ts';
import { type D1Call, probe } from '../testing/probe.ts';
import { startWorker } from '../worker.ts';
import type { Platform } from '../workers.ts';

const PROBE_WORKER = join(import.meta.dirname, '..', 'testing', 'probe-worker.ts');
const ROWS = 1_000;
/** A thousand orders, of which ten are open. */
const SCHEMA = `CREATE TABLE orders (account TEXT, id INTEGER, status TEXT, body TEXT, PRIMARY KEY (account, id));
CREATE INDEX orders_by_body ON orders (account, body);
INSERT INTO orders WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < ${ROWS})
  SELECT 'a', n, iif(n % 100 = 0, 'open', 'done'), 'body ' || n FROM r;`;

const start = (rows: 'exact' | 'sampled' | 'untold', stateDir = freshFolder()): Promise<Platform> =>
  startWorker({
    ...{ entry: PROBE_WORKER, stateDir, databases: { SHARD_EU_1: SCHEMA }, namespaces: ['CACHE'] },
    behaviour: { rows },
  });

// biome-ignore lint/suspicious/noExplicitAny: the reply of the probe, whose shape is D1's
async function metasOf(platform: Platform, d1: readonly D1Call[]): Promise<any[]> {
  const { outcomes } = await probe(platform.deployments[0]?.urls.LHR ?? '', { d1 });
  return outcomes.flatMap((outcome) => {
    if ('error' in outcome) throw new Error(outcome.error);
    // biome-ignore lint/suspicious/noExplicitAny: the same
    return [outcome.value].flat().map(({ meta }: any) => meta);
  });
}
const run = (sql: string, params: (string | number)[] = []): D1Call => ({ method: 'run', sql, params });

describe('with exact rows every reply tells what D1 bills', () => {
  let platform: Platform;
  beforeAll(async () => {
    platform = await start('exact');
  });
  afterAll(() => platform.stop());

  test.each([
    // The figures of D1's documents (developers.cloudflare.com/d1/platform/pricing): rows that are looked at, and entries of indexes.
    ["SELECT * FROM orders WHERE status = 'open' ORDER BY id LIMIT 10", 1_010, 0],
    ["SELECT * FROM orders WHERE account = 'a' AND id = 7", 1, 0],
    ['SELECT count(*) FROM orders', 1_000, 0],
    ["SELECT * FROM orders WHERE status = 'nothing'", 1_000, 0],
    ["INSERT INTO orders VALUES ('b', 1, 'open', 'x')", 0, 3],
    ["UPDATE orders SET body = 'y' WHERE account = 'b' AND id = 1", 1, 2],
    ["DELETE FROM orders WHERE account = 'b'", 1, 1],
    ['SELECT 1', 0, 0],
  ])('%s', async (sql, read, written) => {
    const [meta] = await metasOf(platform, [run(sql)]);

    expect([meta.rows_read, meta.rows_written]).toEqual([read, written]);
  });

  test('nothing of what was counted stays: a row is inserted once, and a second time refused', async () => {
    const insert = run("INSERT INTO orders VALUES ('c', 1, 'open', 'x')");

    await metasOf(platform, [insert]);

    await expect(metasOf(platform, [insert])).rejects.toThrow('UNIQUE constraint failed');
    const [row] = await platform.operator.query(
      'SHARD_EU_1',
      "SELECT count(*) AS n FROM orders WHERE account = 'c'",
    );
    expect(row?.n).toBe(1);
  });

  test('of a batch each statement has its own, and sees what the one before it did', async () => {
    const statements = [
      { sql: "INSERT INTO orders VALUES ('d', 1, 'open', 'x')" },
      { sql: "SELECT * FROM orders WHERE account = 'd' AND id = 1" },
    ];

    const [insert, select] = await metasOf(platform, [{ method: 'batch', statements }]);

    expect([insert.rows_written, select.rows_read]).toEqual([3, 1]);
  });
});

test('sampled rows are of the statements that ran: reads are counted later, writes on the database before them', async () => {
  const platform = await start('sampled');
  try {
    const scan = "SELECT id FROM orders WHERE status = 'open' LIMIT 10";
    const [meta] = await metasOf(platform, [
      run(scan),
      run("INSERT INTO orders VALUES (?, 1, 'open', 'x')", ['e']),
    ]);

    const uses = (await platform.control.takeStatements()).filter(
      ({ database }) => database === 'SHARD_EU_1',
    );
    const counts = await platform.rows?.count('SHARD_EU_1', [
      { readOnly: true, statements: [{ sql: scan, params: [] }] },
    ]);

    expect(meta).not.toHaveProperty('rows_read');
    expect(uses.find(({ access }) => access === 'write')?.samples).toEqual([
      { params: ['e'], rowsRead: 0, rowsWritten: 3 },
    ]);
    expect(uses.find(({ sql }) => sql === scan)).toMatchObject({ executions: 1, rowsReturned: 10 });
    expect(counts).toEqual([{ counts: [{ rowsRead: 1_000, rowsWritten: 0, rowsReturned: 10 }] }]);
  } finally {
    await platform.stop();
  }
});

test('a platform that has counted leaves its databases whole, and nothing of the counter', async () => {
  const stateDir = freshFolder();
  const platform = await start('exact', stateDir);
  await metasOf(platform, [run("INSERT INTO orders VALUES ('f', 1, 'open', 'x')")]);
  await platform.stop();

  const file = databaseFile(stateDir, 'SHARD_EU_1');
  // To open it, if only to read, would make one.
  const hasLog = existsSync(`${file}-wal`);
  const database = new DatabaseSync(file, { readOnly: true });
  const [row] = database.prepare("SELECT count(*) AS n FROM orders WHERE account = 'f'").all();
  const [check] = database.prepare('PRAGMA integrity_check').all();
  database.close();

  expect(row?.n).toBe(1);
  expect(check).toEqual({ integrity_check: 'ok' });
  expect(hasLog).toBe(false);
  expect(existsSync(join(stateDir, 'row-counter'))).toBe(false);
});

test('counts go on while the log is copied into the file, and see what was written meanwhile', async () => {
  const platform = await start('sampled');
  try {
    const { operator, rows } = platform;
    const count = { readOnly: true, statements: [{ sql: 'SELECT count(*) FROM orders', params: [] }] };
    const seen: number[] = [];
    // A checkpoint is made at the first write after a thousand changed rows.
    for (let round = 1; round <= 4; round += 1) {
      const [counted] = await Promise.all([
        rows?.count(
          'SHARD_EU_1',
          Array.from({ length: 20 }, () => count),
        ),
        operator.query(
          'SHARD_EU_1',
          `INSERT INTO orders WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < ${ROWS}) SELECT 'r${round}', n, 'done', 'x' FROM r`,
        ),
      ]);
      for (const each of counted ?? []) if ('counts' in each) seen.push(each.counts[0]?.rowsRead ?? -1);
    }

    const [last] = (await rows?.count('SHARD_EU_1', [count])) ?? [];
    expect(last).toMatchObject({ counts: [{ rowsRead: 5 * ROWS }] });
    expect(seen).toHaveLength(80);
    expect(seen.every((each) => each % ROWS === 0)).toBe(true);
  } finally {
    await platform.stop();
  }
});
