import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { faker } from '@faker-js/faker/locale/en_GB';
import { documentsIn } from '../../../fixtures/documents/index.ts';
import { applyMigrations } from '../../../migrations/index.ts';
import {
  clientId,
  financeCount,
  financeId,
  type GeneratedRow,
  groupId,
  MIGRATIONS,
  noteCount,
  noteId,
  type PlannedAccount,
  userId,
} from '../data/index.ts';
import { type SeedMeasurement, type SeedTask, secondsSince, type Tell } from './contestant.ts';
import { fakeClient, fakeFinance, fakeGroup, fakeNote, fakeUser } from './faker-documents.ts';
import { plainInserts } from './plain-inserts.ts';

const ROWS_PER_TRANSACTION = 1000;

/** The usual seeding script: a loop that calls faker for each field and inserts, with indexes in place. */
export function insertFaker({ plan, folder }: SeedTask, tell: Tell): SeedMeasurement {
  faker.seed(plan.seed);
  const file = join(folder, 'faker.sqlite');
  const planned = documentsIn(plan);
  const done = { documents: 0, documentBytes: 0 };

  const startedAtMs = performance.now();
  const database = new DatabaseSync(file);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
  applyMigrations(database, MIGRATIONS);
  const insert = plainInserts(database, plan.account);
  database.exec('BEGIN');
  for (const { resource, id, body } of fakeRows(plan)) {
    insert(resource, id, body);
    done.documents += 1;
    done.documentBytes += Buffer.byteLength(body);
    if (done.documents % ROWS_PER_TRANSACTION > 0) continue;
    database.exec('COMMIT; BEGIN');
    tell(`inserting ${Math.floor((100 * done.documents) / planned)} %`);
  }
  database.exec('COMMIT');
  database.close();
  return { file, ...done, seconds: secondsSince(startedAtMs) };
}

/** As many documents of each collection as the plan has, under the same ids. */
function* fakeRows(plan: PlannedAccount): Generator<GeneratedRow> {
  const row = (resource: GeneratedRow['resource'], id: string, body: object): GeneratedRow => ({
    resource,
    id,
    body: JSON.stringify(body),
  });
  for (let at = 0; at < plan.counts.groups; at += 1)
    yield row('groups', groupId(at), fakeGroup(plan, groupId(at)));
  for (let at = 0; at < plan.counts.users; at += 1)
    yield row('users', userId(at), fakeUser(plan, userId(at)));
  for (let at = 0; at < plan.counts.clients; at += 1) {
    const client = clientId(at);
    yield row('clients', client, fakeClient(plan, client));
    const finances = financeCount(plan, at);
    for (let n = 0; n < finances; n += 1) {
      const id = financeId(at, n);
      yield row('finances', id, fakeFinance(plan, id, client));
    }
    const notes = noteCount(plan, at);
    for (let n = 0; n < notes; n += 1) {
      const id = noteId(at, n);
      yield row('notes', id, fakeNote(plan, id, client));
    }
  }
}
