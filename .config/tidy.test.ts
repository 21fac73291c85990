import { dirname, join, relative, sep } from 'node:path';
import { describe, expect, test } from 'vitest';
import { files, root, text, tracked } from './tracked-files.ts';

/** The house rules that no linter knows. Each takes data, so that a test can show it data that breaks it. */

const sources = files.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'));
const lineCount = (file: string): number => text(file).trimEnd().split('\n').length;

const TOP_LEVEL = [
  'LICENSE',
  'README.md',
  'conformance',
  'fixtures',
  'loadtest',
  'migrations',
  'package-lock.json',
  'package.json',
  'reference-worker',
  'reports',
  'tsconfig.json',
];

test('the visible top level is exactly the architecture (P3)', () => {
  const visible = new Set(
    tracked.map((file) => file.split('/')[0] ?? '').filter((name) => !name.startsWith('.')),
  );

  expect([...visible].sort()).toEqual(TOP_LEVEL);
});

describe('sizes', () => {
  const tooLong = (limits: readonly [RegExp, number][]): string[] =>
    sources.filter((file) => {
      const limit = limits.find(([pattern]) => pattern.test(file))?.[1] ?? 0;
      return lineCount(file) > limit;
    });

  test('a file holds one idea, in 300 lines at most', () => {
    expect(tooLong([[/./, 300]])).toEqual([]);
    expect(tooLong([[/./, 1]]).length).toBeGreaterThan(100);
  });

  test('the reference Worker is lean: 1,500 lines', () => {
    const worker = sources.filter((file) => file.startsWith('reference-worker/shared-shards/src/'));

    expect(worker.length).toBeGreaterThan(20);
    expect(worker.reduce((sum, file) => sum + lineCount(file), 0)).toBeLessThanOrEqual(1_500);
  });
});

describe('dependencies between folders point one way', () => {
  /** Which folders a folder may import from, besides itself. */
  const allowed: Readonly<Record<string, readonly string[]>> = {
    'reference-worker/shared-shards/src': [],
    'reference-worker/shared-shards/test': ['reference-worker/shared-shards/src'],
    'reference-worker/local': ['migrations', 'reports/command', 'reports/schema'],
    'reference-worker/target': ['migrations', 'reference-worker/local', 'reports/command', 'reports/schema'],
    'reference-worker/shared-shards': ['reference-worker/target', 'fixtures'],
    migrations: [],
    fixtures: [
      'migrations',
      'reference-worker/local',
      'reference-worker/target',
      'reference-worker/shared-shards',
      'reports/command',
      'reports/schema',
    ],
    'reports/schema': [],
    'reports/command': ['reports/schema'],
    reports: ['reports/command', 'reports/schema'],
    loadtest: [
      'fixtures',
      'reports',
      'reports/command',
      'reports/schema',
      'reference-worker/local',
      'reference-worker/shared-shards',
    ],
    conformance: [
      'fixtures',
      'reports',
      'reports/command',
      'reports/schema',
      'reference-worker/local',
      'reference-worker/target',
      'reference-worker/shared-shards',
    ],
  };
  const folderOf = (file: string): string | undefined =>
    Object.keys(allowed).find((folder) => file.startsWith(`${folder}/`));

  /** The imports of a source that its folder may not have. */
  function forbidden(file: string, source: string): string[] {
    const folder = folderOf(file);
    if (!folder) return [];
    // A test may take a system as its example.
    const examples = /\.(test|testing)\.ts$/.test(file) ? ['reference-worker/shared-shards'] : [];
    const targets = [...source.matchAll(/(?:from|import)\s*\(?'(\.[^']+)'/g)].map((match) => match[1] ?? '');
    return targets.filter((target) => {
      const path = relative(root, join(root, dirname(file), target))
        .split(sep)
        .join('/');
      const other = folderOf(path);
      const may = [folder, ...(allowed[folder] ?? []), ...examples];
      return other === undefined || !may.includes(other);
    });
  }

  test('in every source', () => {
    expect(
      sources.map((file) => [file, forbidden(file, text(file))]).filter(([, bad]) => bad?.length),
    ).toEqual([]);
  });

  test('and the architecture page says the same', () => {
    const rows = Object.entries(allowed).map(([folder, others]) => {
      const imports = others.length > 0 ? others.map((other) => `\`${other}\``).join(', ') : 'nothing';
      return `| \`${folder}\` | ${imports} |`;
    });

    expect(text('.github/ARCHITECTURE.md')).toContain(
      ['| folder | may import, besides itself |', '|---|---|', ...rows, ''].join('\n'),
    );
  });

  test('and a wrong import is seen', () => {
    expect(
      forbidden('reference-worker/shared-shards/src/a.ts', "import { x } from '../../fixtures/ids.ts';"),
    ).toHaveLength(1);
    expect(forbidden('fixtures/a.ts', "import { x } from '../loadtest/plan.ts';")).toHaveLength(1);
    expect(forbidden('loadtest/k6/a.ts', "import { x } from '../../fixtures/ids.ts';")).toEqual([]);
  });
});

describe('the reference Worker', () => {
  test('keeps its SQL in statements.ts', () => {
    const withSql = sources.filter(
      (file) =>
        file.startsWith('reference-worker/shared-shards/src/') &&
        /\b(SELECT .+ FROM|INSERT INTO|UPDATE \w+ SET|DELETE FROM)\b/.test(text(file)),
    );

    expect(withSql).toEqual(['reference-worker/shared-shards/src/statements.ts']);
  });

  test('has no Durable Objects (A12)', () => {
    const withObjects = files.filter(
      (file) =>
        /^reference-worker\/(src\/|wrangler\.jsonc)/.test(file) && /durable.?object/i.test(text(file)),
    );

    expect(withObjects).toEqual([]);
  });

  test('is bound to one compatibility date, locally and deployed', () => {
    const deployed = /"compatibility_date": "([\d-]+)"/.exec(
      text('reference-worker/shared-shards/wrangler.jsonc'),
    )?.[1];
    const local = /compatibilityDate = "([\d-]+)"/.exec(
      text('reference-worker/local/workerd-config.ts'),
    )?.[1];

    expect(deployed).toMatch(/^20\d\d-\d\d-\d\d$/);
    expect(local).toBe(deployed);
  });
});

describe('packages', () => {
  const manifest: { dependencies: Record<string, string>; devDependencies: Record<string, string> } =
    JSON.parse(text('package.json'));
  const direct = { ...manifest.dependencies, ...manifest.devDependencies };
  const locked = Object.keys(JSON.parse(text('package-lock.json')).packages);

  test('are pinned to exact versions', () => {
    const loose = Object.entries(direct).filter(
      ([, version]) => !/^(npm:@[\w/-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/.test(version),
    );

    expect(Object.keys(direct).length).toBeGreaterThan(15);
    expect(loose).toEqual([]);
  });

  test('each say in the README why they are there', () => {
    const readme = text('README.md');

    expect(Object.keys(direct).filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
  });

  test('that ship binaries are locked for every platform, or npm ci would fail elsewhere', () => {
    const count = (prefix: string): number =>
      locked.filter((name) => name.startsWith(`node_modules/${prefix}`)).length;

    expect(count('@cloudflare/workerd-')).toBe(5);
    expect(count('@biomejs/cli-')).toBe(8);
    expect(count('@typescript/typescript-')).toBeGreaterThanOrEqual(12);
    expect(count('@esbuild/')).toBeGreaterThanOrEqual(20);
  });

  test('agree on one workerd', () => {
    expect(locked.filter((name) => /(^|\/)node_modules\/workerd$/.test(name))).toEqual([
      'node_modules/workerd',
    ]);
  });
});
