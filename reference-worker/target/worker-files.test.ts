import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freshFolder } from '../local/testing/fresh-folder.ts';
import { SystemError } from './system/index.ts';
import { workerFiles } from './worker-files.ts';

function configured(): string {
  const config = join(freshFolder(), 'wrangler.json');
  writeFileSync(
    config,
    JSON.stringify({
      name: 'worker',
      main: 'worker.ts',
      compatibility_date: '2026-10-20',
      d1_databases: [{ binding: 'DB', database_name: 'db', database_id: 'db' }],
    }),
  );
  return config;
}

test('a database without migrations is described, or refused by its name', async () => {
  const config = configured();

  await expect(workerFiles({ config })).rejects.toThrow(SystemError);
  await expect(workerFiles({ config })).rejects.toThrow(/migrations of DB.*worker\.databases\.DB/);
  expect(await workerFiles({ config, databases: { DB: 'CREATE TABLE t (n)' } })).toMatchObject({
    databases: { DB: 'CREATE TABLE t (n)' },
  });
});
