import { describe, expect, test } from 'vitest';
import { system as contentSites } from '../reference-worker/content-sites/system.ts';
import { system as sharedShards } from '../reference-worker/shared-shards/system.ts';
import { system as singleTenant } from '../reference-worker/single-tenant/system.ts';
import { system as syncedSettings } from '../reference-worker/synced-settings/system.ts';
import { forbiddenIn, MAY_IMPORT, pastTarget, withoutFolder } from './rules/dependencies.ts';
import {
  circlesIn,
  definedTwice,
  importsOf,
  isForTests,
  packagesOf,
  pastTheIndex,
  type Sources,
  wouldFitInTheirImporter,
} from './rules/imports.ts';
import { coinedWordsIn, type Domain, domainWordsIn, schemaWordsIn } from './rules/words.ts';
import { files, textOf, tracked } from './tracked-files.ts';

/** The house rules that no linter knows. Each takes data, so that a test can show it data that breaks it. */

const sources: Sources = new Map(
  files.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts')).map((file) => [file, textOf(file)]),
);
const imports = importsOf(sources);
const lineCount = (source: string): number => source.trimEnd().split('\n').length;

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
  const tooLong = (limit: number): string[] =>
    [...sources].filter(([, source]) => lineCount(source) > limit).map(([file]) => file);

  test('a file holds one idea, in 300 lines at most', () => {
    expect(tooLong(300)).toEqual([]);
    expect(tooLong(1).length).toBeGreaterThan(100);
  });

  test.each([
    ['shared-shards', 1_500],
    ['content-sites', 600],
    ['single-tenant', 600],
    ['synced-settings', 600],
  ])('the reference Worker %s is lean: %i lines', (system, most) => {
    const worker = [...sources].filter(([file]) => file.startsWith(`reference-worker/${system}/src/`));

    expect(worker.length).toBeGreaterThan(5);
    expect(worker.reduce((sum, [, source]) => sum + lineCount(source), 0)).toBeLessThanOrEqual(most);
  });

  test('the probe is lean, as it runs in the accounts of others: 300 lines', () => {
    const probe = [...sources].filter(([file]) => file.startsWith('reference-worker/probe/src/'));

    expect(probe.length).toBeGreaterThan(1);
    expect(probe.reduce((sum, [, source]) => sum + lineCount(source), 0)).toBeLessThanOrEqual(300);
  });

  test('what is small and has one user is part of it', () => {
    expect(wouldFitInTheirImporter(sources, imports)).toEqual([]);
  });
});

describe('dependencies between folders point one way', () => {
  test('in every source', () => {
    expect(withoutFolder(sources)).toEqual([]);
    expect(forbiddenIn(sources)).toEqual([]);
  });

  test('and the architecture page says the same', () => {
    const rows = Object.entries(MAY_IMPORT).map(([folder, others]) => {
      const may = others.length > 0 ? others.map((other) => `\`${other}\``).join(', ') : 'nothing';
      return `| \`${folder}\` | ${may} |`;
    });

    expect(textOf('.github/ARCHITECTURE.md')).toContain(
      ['| folder | may import, besides itself |', '|---|---|', ...rows, ''].join('\n'),
    );
  });

  test('and a --help waits for one package alone', () => {
    expect(packagesOf(sources, '.config/verbs.ts')).toEqual(['commander']);
  });

  test('and checks and load reach a Worker through target only', () => {
    expect(pastTarget(sources)).toEqual([]);
  });
});

describe('a folder', () => {
  test('is used through its index, types included', () => {
    expect(pastTheIndex(imports)).toEqual([]);
  });

  test('has no circles, not even of types', () => {
    const circles = circlesIn(imports).map((circle) => circle.join(', '));

    expect(circles).toEqual([]);
  });
});

describe('names', () => {
  test('mean one thing: none is exported by two files', () => {
    expect(definedTwice(sources)).toEqual([]);
  });

  /** What others wrote, what machines wrote, and the rules themselves. */
  const isExempt = (file: string): boolean =>
    /^(\.config\/|package-lock|LICENSE|reports\/sample\/[\w-]+\/|reports\/conformance\/schemas\/)|\.(sum|png)$/.test(
      file,
    );

  test("are the field's", () => {
    const coined = files
      .filter((file) => !isExempt(file))
      .flatMap((file) => coinedWordsIn(`${file}\n${textOf(file)}`).map((word) => `${file}: ${word}`));

    expect(coined).toEqual([]);
  });
});

describe('the engine knows no domain', () => {
  const resources = [contentSites, sharedShards, singleTenant, syncedSettings].flatMap((system) =>
    Object.entries(system.resources),
  );
  const indexed = resources.flatMap(([, resource]) => resource.indexed);
  const { tables, columns } = schemaWordsIn(
    files
      .filter((file) => file.startsWith('migrations/') && file.endsWith('.sql'))
      .map(textOf)
      .join('\n'),
  );
  /** Words of any domain, under which requests choose a tenant, too. */
  const isAnybodys = (word: string): boolean =>
    [
      'name',
      'email',
      'title',
      'startsAt',
      'pages',
      'lines',
      'account_id',
      'tenant_id',
      'customer_id',
    ].includes(word);
  const domain: Domain = {
    resources: resources.map(([name]) => name).filter((name) => !isAnybodys(name)),
    // The last three are in no index.
    fields: [...indexed, 'forename', 'dateOfBirth', 'editMark'].filter((field) => !isAnybodys(field)),
    accounts: ['acme', 'birch', 'cedar', 'damson'],
    prefix: '/v1',
    // Whoever gives an example of SQL may have users.
    tables: tables.filter((table) => table !== 'users'),
    columns: columns.filter((column) => !isAnybodys(column)),
  };
  /** A benchmark measures the documents of one system. */
  const isEngine = (file: string): boolean =>
    !isForTests(file) &&
    !/^(\.config|migrations|reference-worker\/(?!local\/|target\/))|\/benchmark\//.test(file);

  test('in any source', () => {
    const known = [...sources]
      .filter(([file]) => isEngine(file))
      .flatMap(([file, source]) => domainWordsIn(source, domain).map((word) => `${file}: ${word}`));

    expect(known).toEqual([]);
  });
});

describe('the reference Worker', () => {
  test('keeps its SQL in statements.ts', () => {
    const withSql = [...sources.keys()].filter(
      (file) =>
        file.startsWith('reference-worker/shared-shards/src/') &&
        /\b(SELECT .+ FROM|INSERT INTO|UPDATE \w+ SET|DELETE FROM)\b/.test(textOf(file)),
    );

    expect(withSql).toEqual(['reference-worker/shared-shards/src/statements.ts']);
  });

  test('has no Durable Objects (A12)', () => {
    const deployed = files.filter((file) =>
      /^reference-worker\/shared-shards\/(src\/|wrangler\.jsonc)/.test(file),
    );

    expect(deployed.length).toBeGreaterThan(20);
    expect(deployed.filter((file) => /durable.?object/i.test(textOf(file)))).toEqual([]);
  });

  test('is bound to one compatibility date, locally and deployed', () => {
    const deployed = /"compatibility_date": "([\d-]+)"/.exec(
      textOf('reference-worker/shared-shards/wrangler.jsonc'),
    )?.[1];
    const local = /NEWEST: Compatibility = { date: '([\d-]+)'/.exec(
      textOf('reference-worker/local/worker-spec.ts'),
    )?.[1];

    expect(deployed).toMatch(/^20\d\d-\d\d-\d\d$/);
    expect(local).toBe(deployed);
  });
});

describe('packages', () => {
  const manifest: { dependencies: Record<string, string>; devDependencies: Record<string, string> } =
    JSON.parse(textOf('package.json'));
  const direct = { ...manifest.dependencies, ...manifest.devDependencies };
  const locked = Object.keys(JSON.parse(textOf('package-lock.json')).packages);

  test('are pinned to exact versions', () => {
    const loose = Object.entries(direct).filter(
      ([, version]) => !/^(npm:@[\w/-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/.test(version),
    );

    expect(Object.keys(direct).length).toBeGreaterThan(15);
    expect(loose).toEqual([]);
  });

  test('each say why they are there', () => {
    const page = textOf('.github/CONTRIBUTING.md');

    expect(Object.keys(direct).filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
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
