import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BUILT_ANSWER, BUILT_WORKER } from './testing/built-worker.ts';
import { answerOf, projectOf } from './testing/project.ts';

const CONFIG = {
  name: 'shop',
  main: 'src/index.ts',
  compatibility_date: '2026-10-20',
  vars: { NAME: 'someone', LIMITS: { items: [1, 2] }, TOKEN: 'not this' },
  d1_databases: [
    { binding: 'DB', database_name: 'main', database_id: 'one', migrations_dir: 'sql' },
    { binding: 'SAME', database_name: 'main', database_id: 'one', migrations_dir: 'sql' },
    { binding: 'LOG', database_name: 'log', migrations_dir: 'log' },
  ],
  kv_namespaces: [{ binding: 'CACHE', id: 'abc' }],
};

const WORKER = `export default { async fetch(request, env) {
  const value = async (name, sql) => env[name].prepare(sql).first('n');
  await env.CACHE.put('key', 'kept');
  return Response.json([
    env.NAME, env.LIMITS, env.TOKEN, await env.CACHE.get('key'),
    await value('DB', 'SELECT n FROM t'), await value('SAME', 'SELECT n FROM t'), await value('LOG', 'SELECT count(*) AS n FROM lines'),
  ]);
} };`;

const FILES = {
  'wrangler.jsonc': CONFIG,
  'src/index.ts': WORKER,
  '.dev.vars': 'TOKEN=from-dev-vars',
  'sql/0001_t.sql': 'CREATE TABLE t (n INTEGER);\nINSERT INTO t VALUES (7);',
  'log/0001_lines.sql': 'CREATE TABLE lines (line TEXT);',
};

test('a Worker runs from its configuration, with its vars, secrets, databases and namespaces', async () => {
  const folder = projectOf(FILES);

  expect(await answerOf(folder)).toEqual(['someone', { items: [1, 2] }, 'from-dev-vars', 'kept', 7, 7, 0]);

  // A migration that is new to a database is applied; what is in it stays.
  writeFileSync(join(folder, 'sql', '0002_more.sql'), 'UPDATE t SET n = n + 1;');
  expect(await answerOf(folder, { vars: { NAME: 'given' } })).toEqual([
    ...['given', { items: [1, 2] }, 'from-dev-vars', 'kept', 8, 8, 0],
  ]);
});

test('workerd behaves as its compatibility date and flags say', async () => {
  const asks = `import { AsyncLocalStorage } from 'node:async_hooks';
export default { async fetch(request, env) {
  return Response.json([typeof navigator, typeof Buffer, typeof env.DB.prepare, typeof AsyncLocalStorage]);
} };`;
  const older = { ...CONFIG, compatibility_date: '2021-06-01', compatibility_flags: ['nodejs_als'] };
  const folder = projectOf({ ...FILES, 'wrangler.jsonc': older, 'src/index.ts': asks });

  expect(await answerOf(folder)).toEqual(['undefined', 'undefined', 'function', 'function']);
  writeFileSync(join(folder, 'wrangler.jsonc'), JSON.stringify(CONFIG));
  expect(await answerOf(folder)).toEqual(['object', 'function', 'function', 'function']);
});

test.each([
  [
    'that SQLite refuses',
    { 'sql/0002_bad.sql': '-- First\nCREATE TABLE u (a);\n\n-- Then\nCREATE TABLE (b);\n' },
    /bad_migration: .*sql\/0002_bad\.sql:5: near "\(": syntax error.*; the statement is: CREATE TABLE \(b\);/,
  ],
  [
    'whose rows SQLite refuses',
    { 'sql/0002_bad.sql': 'CREATE TABLE u (a INTEGER PRIMARY KEY);\nINSERT INTO u VALUES\n  (1),\n  (1);' },
    /bad_migration: .*sql\/0002_bad\.sql:2: UNIQUE constraint failed: u\.a/,
  ],
])('a migration %s is named with its line, and leaves nothing', async (_, bad, message) => {
  const folder = projectOf({ ...FILES, ...bad });

  await expect(answerOf(folder)).rejects.toMatchObject({
    exitCode: 4,
    message: expect.stringMatching(message),
  });

  writeFileSync(join(folder, 'sql', '0002_bad.sql'), 'CREATE TABLE u (a);');
  expect(await answerOf(folder)).toContain(7);
});

test('a database without migrations is refused by its name, unless its SQL is given', async () => {
  const folder = projectOf({ ...FILES, 'wrangler.jsonc': { ...CONFIG, d1_databases: [{ binding: 'DB' }] } });

  await expect(answerOf(folder)).rejects.toThrow(
    /bad_configuration: .*migrations of DB: .* as databases\.DB\./,
  );
});

test('nothing is started of a Worker that would not work here', async () => {
  const folder = projectOf({ ...FILES, 'wrangler.jsonc': { ...CONFIG, ai: { binding: 'AI' } } });

  await expect(answerOf(folder)).rejects.toMatchObject({ code: 'not_supported', exitCode: 4 });
});

test('a Worker is built as its configuration says', async () => {
  expect(await answerOf(projectOf(BUILT_WORKER))).toEqual(BUILT_ANSWER);
});

test('a build command that fails is told with what it wrote', async () => {
  const command = 'echo nothing to build >&2; exit 3';
  const folder = projectOf({ ...FILES, 'wrangler.jsonc': { ...CONFIG, build: { command } } });

  await expect(answerOf(folder)).rejects.toThrow(/worker_does_not_build: .* ended with 3:\nnothing to build/);
});

test('a build command may write as much as it likes', async () => {
  const command = 'head -c 3000000 /dev/zero | tr "\\0" x; head -c 3000000 /dev/zero | tr "\\0" x >&2';

  expect(
    await answerOf(projectOf({ ...FILES, 'wrangler.jsonc': { ...CONFIG, build: { command } } })),
  ).toContain(7);
});

test('build commands of one folder do not run at once', async () => {
  const command = 'mkdir building && sleep 0.3 && rmdir building';
  const folder = projectOf({ ...FILES, 'wrangler.jsonc': { ...CONFIG, build: { command } } });

  const answers = await Promise.all([
    answerOf(folder),
    answerOf(folder, { stateDir: join(folder, 'other-state') }),
  ]);

  expect(answers.flat().filter((it) => it === 'kept')).toHaveLength(2);
});
