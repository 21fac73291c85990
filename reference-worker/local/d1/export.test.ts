import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorker } from '../worker.ts';
import type { Platform } from '../workers.ts';
import { exportSql } from './export.ts';
import { importSql } from './import.ts';

const folder = mkdtempSync(join(tmpdir(), 'export-'));
const HOSTILE = ["it's", 'a;\nb', "';\n--", 'é𝔘', '', '"x"', `${'y'.repeat(3_000)};\n`];

let platform: Platform;
beforeAll(async () => {
  platform = await startWorker({
    entry: new URL('../testing/probe-worker.ts', import.meta.url).pathname,
    stateDir: join(folder, 'state'),
    databases: { DB: 'CREATE TABLE left_side (n INTEGER); CREATE TABLE right_side (n INTEGER);' },
    namespaces: ['CACHE'],
  });
});
afterAll(async () => {
  await platform.stop();
  rmSync(folder, { recursive: true });
});

function filled(name: string): string {
  const file = join(folder, `${name}.sqlite`);
  const database = new DatabaseSync(file);
  database.exec(
    `CREATE TABLE "odd ""name" ( -- a comment; it's one
       id TEXT PRIMARY KEY, /* and another's */ n INTEGER, r REAL, b BLOB, size INTEGER GENERATED ALWAYS AS (length(id)) STORED);
     CREATE INDEX by_size ON "odd ""name" (size);
     CREATE TABLE log (id TEXT);
     CREATE TRIGGER logged AFTER INSERT ON "odd ""name" BEGIN
       INSERT INTO log VALUES (NEW.id);
       INSERT INTO log VALUES ('twice');
     END;`,
  );
  const insert = database.prepare('INSERT INTO "odd ""name" (id, n, r, b) VALUES (?, ?, ?, ?)');
  for (const [n, text] of HOSTILE.entries()) insert.run(text, n, n / 3, Buffer.from([0, n, 255]));
  database.exec('DELETE FROM "odd ""name" WHERE n = 4');
  database.close();
  return file;
}

test('what was exported and imported again is the same in every row, index and trigger, and fires no trigger on the way', () => {
  const [sql, back] = [join(folder, 'all.sql'), join(folder, 'back.sqlite')];
  const whole = exportSql(filled('whole'), sql);

  importSql(sql, back, () => undefined);

  const again = exportSql(back, join(folder, 'again.sql'));
  expect(whole.rows).toEqual({ 'odd "name': HOSTILE.length - 1, log: 2 * HOSTILE.length });
  expect({ ...again, elapsedMs: 0 }).toEqual({ ...whole, elapsedMs: 0 });
  expect(readFileSync(join(folder, 'again.sql'), 'utf8')).toBe(readFileSync(sql, 'utf8'));
  expect(whole.longestStatementBytes).toBeGreaterThan(3_000);
});

test('a database with virtual tables is refused, as D1 does', () => {
  const file = join(folder, 'virtual.sqlite');
  const database = new DatabaseSync(file);
  database.exec('CREATE VIRTUAL TABLE found USING fts5(text)');
  database.close();

  expect(() => exportSql(file, join(folder, 'virtual.sql'))).toThrow(/virtual tables.*found/);
});

test('an export under writes holds one state, and whoever writes meanwhile waits for it', async () => {
  const { operator } = platform;
  const rows =
    'WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 60000) SELECT i FROM c';
  for (const table of ['left_side', 'right_side']) await operator.query('DB', `INSERT INTO ${table} ${rows}`);
  const order: string[] = [];
  let isOver = false;
  const writing = (async () => {
    while (!isOver) {
      // Whoever sees both tables in one state sees equally many rows in them.
      await operator.batch('DB', [
        { sql: 'INSERT INTO left_side VALUES (0)' },
        { sql: 'INSERT INTO right_side VALUES (0)' },
      ]);
      order.push('write');
    }
  })();
  await operator.query('DB', 'SELECT 1');
  const before = order.length;
  const exported = operator.export('DB', join(folder, 'under.sql')).then((result) => {
    order.push('export');
    return result;
  });

  const { rows: counts } = await exported;
  isOver = true;
  await writing;

  expect(counts.left_side).toBe(counts.right_side);
  expect(counts.left_side).toBeGreaterThanOrEqual(60_000);
  // Writes that were sent before it, and the one that waited for it.
  expect(order.indexOf('export') - before).toBeLessThanOrEqual(3);
});
