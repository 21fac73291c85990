import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { freshFolder } from '../testing/fresh-folder.ts';
import { readWrangler } from './read.ts';
import { assertSupported } from './supported.ts';

const MINIMAL = { name: 'shop', main: 'src/index.ts', compatibility_date: '2026-10-20' };

/** @param files by their names; objects are written as JSON */
function folderOf(files: Readonly<Record<string, string | object>>): string {
  const folder = freshFolder();
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  return folder;
}

const FULL = {
  ...MINIMAL,
  compatibility_date: '2025-03-01',
  compatibility_flags: ['nodejs_compat'],
  vars: { PLAIN: 'top', NUMBER: 1, LIST: [{ a: 1 }] },
  d1_databases: [
    { binding: 'DB', database_name: 'main', database_id: 'id-1', migrations_dir: 'sql' },
    { binding: 'LOG', database_name: 'log', migrations_table: 'done' },
  ],
  kv_namespaces: [{ binding: 'CACHE', id: 'abc' }],
  env: { staging: { vars: { PLAIN: 'staging' } } },
};

describe('a configuration', () => {
  test('says what the Worker is and what it is bound to', async () => {
    const folder = folderOf({ 'wrangler.jsonc': `// a comment\n${JSON.stringify(FULL)}` });

    expect(await readWrangler(join(folder, 'wrangler.jsonc'))).toEqual({
      file: join(folder, 'wrangler.jsonc'),
      name: 'shop',
      topLevelName: 'shop',
      main: join(folder, 'src', 'index.ts'),
      compatibility: { date: '2025-03-01', flags: ['nodejs_compat'] },
      build: {
        ...{ file: join(folder, 'wrangler.jsonc'), environment: undefined, command: undefined, rules: [] },
        ...{ alias: {}, define: {}, minify: false, keepNames: true, tsconfig: undefined },
        ...{ jsxFactory: 'React.createElement', jsxFragment: 'React.Fragment' },
        // Its date is older than that of the last of Node's modules in workerd.
        needsWrangler: true,
      },
      vars: { PLAIN: 'top', NUMBER: 1, LIST: [{ a: 1 }] },
      secrets: {},
      missingSecrets: [],
      databases: [
        { binding: 'DB', id: 'id-1', migrations: { folder: join(folder, 'sql'), table: 'd1_migrations' } },
        { binding: 'LOG', id: 'log', migrations: { folder: join(folder, 'migrations'), table: 'done' } },
      ],
      namespaces: [{ binding: 'CACHE', id: 'abc' }],
      ...{
        buckets: [],
        rateLimits: [],
        assets: undefined,
        services: [],
        objects: [],
        classes: [],
        crons: [],
      },
      workersCache: false,
      unsupported: [],
    });
  });

  test('may be JSON or TOML', async () => {
    const toml = 'name = "shop"\nmain = "src/index.ts"\ncompatibility_date = "2026-10-20"\n[vars]\nA = "a"\n';
    const folder = folderOf({ 'wrangler.json': { ...MINIMAL, vars: { A: 'a' } }, 'wrangler.toml': toml });

    const [json, fromToml] = await Promise.all(
      ['wrangler.json', 'wrangler.toml'].map((file) => readWrangler(join(folder, file))),
    );

    const common = { file: '', build: undefined };
    expect({ ...fromToml, ...common }).toEqual({ ...json, ...common });
    expect(json?.vars).toEqual({ A: 'a' });
  });

  test('of an environment has what belongs to it, and inherits only what wrangler lets it inherit', async () => {
    const folder = folderOf({
      'wrangler.jsonc': FULL,
      '.dev.vars': 'PLAIN=secret',
      '.dev.vars.staging': 'TOKEN=of-staging',
    });

    const staging = await readWrangler(join(folder, 'wrangler.jsonc'), 'staging');

    expect(staging).toMatchObject({ vars: { PLAIN: 'staging' }, secrets: { TOKEN: 'of-staging' } });
    expect(staging.databases).toEqual([]);
    expect(staging.compatibility.date).toBe('2025-03-01');
  });

  test('gives way to .dev.vars, which is secret', async () => {
    const folder = folderOf({ 'wrangler.jsonc': FULL, '.dev.vars': 'PLAIN="from dev"\nTOKEN=t' });

    const { vars, secrets } = await readWrangler(join(folder, 'wrangler.jsonc'));

    expect(vars).toEqual({ NUMBER: 1, LIST: [{ a: 1 }] });
    expect(secrets).toEqual({ PLAIN: 'from dev', TOKEN: 't' });
  });
});

describe('a configuration is refused', () => {
  test.each<[string, string | object, string | undefined, RegExp]>([
    ['that is not there', '', undefined, /bad_configuration: there is no wrangler configuration/],
    ['that wrangler refuses', { ...MINIMAL, main: 7 }, undefined, /bad_configuration: .*"main"/s],
    ['that has no such environment', FULL, 'production', /bad_configuration: .*"production"/s],
    ['that has no environments', MINIMAL, 'production', /has no environment "production"/],
    ['without a compatibility date', { name: 'x', main: 'x.ts' }, undefined, /has no compatibility_date/],
  ])('%s', async (_, content, environment, message) => {
    const folder = folderOf(content === '' ? {} : { 'wrangler.jsonc': content });

    const reading = readWrangler(join(folder, 'wrangler.jsonc'), environment);

    await expect(reading).rejects.toMatchObject({ exitCode: 4, message: expect.stringMatching(message) });
  });

  test('for everything that would not work, at once and by name', async () => {
    const folder = folderOf({
      'wrangler.jsonc': {
        ...MINIMAL,
        ai: { binding: 'AI' },
        queues: { producers: [{ binding: 'QUEUE', queue: 'orders' }] },
        vectorize: [{ binding: 'VECTORS', index_name: 'vectors' }],
        secrets: { required: ['API_KEY'] },
        observability: { enabled: true },
        routes: ['shop.example.com/*'],
      },
    });
    mkdirSync(join(folder, 'src'));
    const worker = await readWrangler(join(folder, 'wrangler.jsonc'));

    expect(() => assertSupported([worker])).toThrow(
      expect.objectContaining({
        code: 'not_supported',
        exitCode: 4,
        message: expect.stringMatching(
          / {2}ai is .*\n {2}queues is .*\n {2}vectorize is .*\n {2}secrets\.required names API_KEY/,
        ),
      }),
    );
    expect(worker.unsupported.map(({ field }) => field).toSorted()).toEqual(['ai', 'queues', 'vectorize']);
  });
});
