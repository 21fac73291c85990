import { DatabaseSync } from 'node:sqlite';
import { FixtureError } from '../../../fixtures/generator/index.ts';
import { applyMigrations } from '../../../migrations/index.ts';
import { COLLECTIONS, MIGRATIONS, type PlannedAccount } from '../data/index.ts';
import type { SeedMeasurement } from './contestant.ts';

/**
 * Looks into the file that a contestant has written: a rate counts only if all the work was done.
 *
 * @throws FixtureError `verification_failed` when documents, tables or indexes are not those of the plan
 */
export function refuseUndone({ file, documents }: SeedMeasurement, plan: PlannedAccount): void {
  const undone = (what: string): FixtureError =>
    new FixtureError('verification_failed', `${file} ${what}; its rate means nothing.`);
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const lacking = schemaOfMigrations().filter((sql) => !schemaOf(database).includes(sql));
    if (lacking.length > 0) throw undone(`lacks ${lacking.join('; ')}`);
    let stored = 0;
    for (const collection of COLLECTIONS) {
      const row = database
        .prepare(`SELECT count(*) AS n FROM ${collection} WHERE account_id = ?`)
        .get(plan.account);
      if (row?.n !== plan.counts[collection]) {
        throw undone(`holds ${row?.n} ${collection} instead of ${plan.counts[collection]}`);
      }
      stored += plan.counts[collection];
    }
    if (stored !== documents) throw undone(`holds ${stored} documents and was said to hold ${documents}`);
  } finally {
    database.close();
  }
}

function schemaOfMigrations(): string[] {
  const database = new DatabaseSync(':memory:');
  try {
    applyMigrations(database, MIGRATIONS);
    return schemaOf(database);
  } finally {
    database.close();
  }
}

/** Without d1_migrations, which wrangler words in its own way. */
const schemaOf = (database: DatabaseSync): string[] =>
  database
    .prepare(
      `SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND tbl_name IN (${COLLECTIONS.map(() => '?').join(', ')})`,
    )
    .all(...COLLECTIONS)
    .map(({ sql }) => String(sql));
