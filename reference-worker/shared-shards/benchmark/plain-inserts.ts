import type { DatabaseSync } from 'node:sqlite';
import { COLLECTIONS, type CollectionName } from '../data/index.ts';

export type InsertRow = (collection: CollectionName, id: string, body: string) => void;

/** One prepared statement for each table, one row at a time: what a script does with the bare binding. */
export function plainInserts(database: DatabaseSync, account: string): InsertRow {
  const statements = new Map(
    COLLECTIONS.map((collection) => [
      collection,
      database.prepare(
        `INSERT INTO ${collection} (account_id, entity_id, _version, body) VALUES (?, ?, 1, ?)`,
      ),
    ]),
  );
  return (collection, id, body) => void statements.get(collection)?.run(account, id, body);
}
