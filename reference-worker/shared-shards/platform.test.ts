import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { databaseFile } from '../local/index.ts';
import { freshFolder } from '../local/testing/fresh-folder.ts';
import { aimsOf, type PlatformOptions, startPlatform } from './platform.ts';
import { prepareState } from './state.ts';
import { topologies } from './topologies.ts';

const options = (stateDir: string): PlatformOptions => ({
  topology: topologies.dedicated,
  stateDir,
  kvCache: false,
  secrets: { jwtSecret: 'jwt-secret', sealSecret: 'seal-secret' },
});

test('the account database routes the accounts of the topology', () => {
  const stateDir = freshFolder();

  prepareState(topologies.shared, stateDir);

  const database = new DatabaseSync(databaseFile(stateDir, 'accounts'), { readOnly: true });
  const rows = database
    .prepare(
      'SELECT account.id, binding, hostname FROM account JOIN db_shard ON db_shard.id = db_shard_id ' +
        'LEFT JOIN account_domain ON account_id = account.id WHERE account.id IN (?, ?) ORDER BY account.id',
    )
    .all('acme', 'birch');
  database.close();
  expect(rows).toEqual([
    { id: 'acme', binding: 'SHARD_EU_1', hostname: 'clients.acme.example' },
    { id: 'birch', binding: 'SHARD_EU_1', hostname: null },
  ]);
});

test('the dedicated topology binds each deployment to its own shard only, on the ports asked for', async () => {
  const stateDir = freshFolder();
  const platform = await startPlatform({ ...options(stateDir), port: 21_870 });
  const configOf = (name: string) => readFileSync(join(stateDir, `worker-${name}.capnp`), 'utf8');
  await platform.stop();

  expect(platform.deployments.map(({ urls }) => urls.LHR)).toEqual([
    'http://localhost:21870',
    'http://localhost:21873',
  ]);
  expect(configOf('shared')).not.toContain('SHARD_ACME');
  expect(configOf('dedicated')).not.toContain('SHARD_EU_1');
});

test('faults can be aimed at every database of a topology, and at the cache where there is one', () => {
  expect(aimsOf(topologies.dedicated, true)).toEqual({
    databases: ['accounts', 'shard-eu-1', 'shard-acme'],
    namespaces: ['cache'],
  });
  expect(aimsOf(topologies.shared, false)).toEqual({
    databases: ['accounts', 'shard-eu-1'],
    namespaces: [],
  });
});
