import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { rowsOf } from '../../../fixtures/documents/index.ts';
import { applyMigrations } from '../../../migrations/index.ts';
import { type GeneratedRow, MIGRATIONS, model, type PlannedAccount } from '../data/index.ts';
import { type SeedMeasurement, type SeedTask, secondsSince, type Tell } from './contestant.ts';
import { plainInserts } from './plain-inserts.ts';

/**
 * The most that a good plain script could reach: the same rows, ready in memory before the clock starts, and SQLite
 * told to wait for nothing. Such a script would still have to make its rows.
 */
export function insertCeiling({ plan, folder }: SeedTask, tell: Tell): SeedMeasurement {
  tell('making rows, off the clock');
  const rows = Array.from(rowsOf(model, plan), inOnePiece);
  const documentBytes = rows.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0);
  const file = join(folder, 'ceiling.sqlite');

  tell('inserting');
  const startedAtMs = performance.now();
  const database = new DatabaseSync(file);
  database.exec(
    'PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -32768',
  );
  applyMigrations(database, MIGRATIONS);
  const indexes = database
    .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY rowid")
    .all();
  for (const { name } of indexes) database.exec(`DROP INDEX ${name}`);
  const insert = plainInserts(database, plan.account);
  database.exec('BEGIN');
  for (const { resource, id, body } of rows) insert(resource, id, body);
  database.exec('COMMIT');
  tell('building indexes');
  for (const { sql } of indexes) database.exec(String(sql));
  database.exec('ANALYZE');
  database.close();
  return { file, documents: rows.length, documentBytes, seconds: secondsSince(startedAtMs) };
}

/** What the rows of a plan take in memory, at most: documents are about 70 % of the planned size. */
export const rowsInMemoryBytes = ({ sizeBytes }: Pick<PlannedAccount, 'sizeBytes'>): number =>
  1.2 * sizeBytes;

/** @returns Node's option for a heap that holds the rows of a plan, and as much again for what is made on the way */
export const heapFor = (plan: PlannedAccount): string =>
  `--max-old-space-size=${512 + Math.ceil((2 * rowsInMemoryBytes(plan)) / 1e6)}`;

/** V8 keeps a text that was joined as its pieces until somebody reads it, which must not happen on the clock. */
const inOnePiece = ({ resource, id, body }: GeneratedRow): GeneratedRow => ({
  resource,
  id: Buffer.from(id).toString(),
  body: Buffer.from(body).toString(),
});
