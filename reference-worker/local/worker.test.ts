import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { databaseFile } from './state.ts';
import { freshFolder } from './testing/fresh-folder.ts';
import { startWorker } from './worker.ts';

const entry = join(import.meta.dirname, 'testing', 'sessions', 'documented.ts');
const LOG = 'CREATE TABLE log (n INTEGER PRIMARY KEY)';

test('a database that is there is used as it is, and SQL that SQLite refuses leaves no half of a schema', async () => {
  const stateDir = freshFolder();

  await expect(
    startWorker({ entry, stateDir, databases: { DB: 'CREATE TABLE half (a); CREATE TABLE (' } }),
  ).rejects.toThrow('syntax');
  const first = await startWorker({ entry, stateDir, databases: { DB: LOG } });
  await fetch(first.deployments[0]?.urls.LHR ?? '', { method: 'POST' });
  await first.stop();
  const second = await startWorker({ entry, stateDir, databases: { DB: 'never run' } });
  const response = await fetch(second.deployments[0]?.urls.LHR ?? '');

  expect(await response.json()).toEqual({ lines: 1 });
  await second.stop();
});

test('a file that is no database is refused by name, and left as it is', async () => {
  const stateDir = freshFolder();
  const file = databaseFile(stateDir, 'DB');
  writeFileSync(file, 'not a database, for sure'.repeat(100));

  const starting = startWorker({ entry, stateDir, databases: { DB: LOG } });

  await expect(starting).rejects.toThrow(/corrupt_state: .*DB\.sqlite is not an intact SQLite database/);
  expect(readFileSync(file, 'utf8')).toBe('not a database, for sure'.repeat(100));
});
