import { importsOf, isForTests, type Sources, startedBy } from './imports.ts';

/** Which folders a folder may import from, besides itself. */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'reference-worker/shared-shards/src': [],
  'reference-worker/shared-shards/test': ['reference-worker/shared-shards/src'],
  'reference-worker/local': ['migrations', 'reports/command', 'reports/schema'],
  'reference-worker/target/testing': ['reference-worker/target', 'fixtures'],
  'reference-worker/target': ['migrations', 'reference-worker/local', 'reports/command', 'reports/schema'],
  'reference-worker/shared-shards': [
    'migrations',
    'fixtures',
    'reference-worker/local',
    'reference-worker/target',
    'reference-worker/shared-shards/src',
    'reports/command',
  ],
  'reference-worker/content-sites/src': [],
  'reference-worker/content-sites': [
    'fixtures',
    'reference-worker/target',
    'reference-worker/content-sites/src',
  ],
  'reference-worker/fleet': [
    'fixtures',
    'reference-worker/local',
    'reference-worker/target',
    'reports/command',
  ],
  'reference-worker/probe/src': [],
  'reference-worker/probe': ['reference-worker/target'],
  'reference-worker/single-tenant/src': [],
  'reference-worker/single-tenant': ['migrations', 'fixtures', 'reference-worker/target', 'reports/command'],
  'reference-worker/synced-settings/src': [],
  'reference-worker/synced-settings': [
    'fixtures',
    'reference-worker/local',
    'reference-worker/target',
    'reference-worker/synced-settings/src',
  ],
  migrations: [],
  fixtures: ['migrations', 'reference-worker/target', 'reports/command', 'reports/schema'],
  'reports/schema': [],
  'reports/command': [],
  reports: ['reports/command', 'reports/schema'],
  loadtest: ['fixtures', 'reports', 'reports/command', 'reports/schema', 'reference-worker/target'],
  conformance: ['fixtures', 'reports', 'reports/command', 'reports/schema', 'reference-worker/target'],
};
const folderOf = (file: string): string | undefined =>
  Object.keys(MAY_IMPORT).find((folder) => file.startsWith(`${folder}/`));

/** The sources of which it is not said what they may import. The configuration may import everything. */
export const withoutFolder = (of: Sources): string[] =>
  [...of.keys()].filter((file) => folderOf(file) === undefined && !file.startsWith('.config/'));

/** The imports, as `importer -> imported`, that the importer's folder may not have. What it starts as a process or thread counts, too. */
export const forbiddenIn = (of: Sources): string[] =>
  [...importsOf(of)].flatMap(([file, imported]) => {
    const folder = folderOf(file);
    if (!folder) return [];
    const targets = [...imported, ...startedBy(file, of.get(file) ?? '')];
    // A test may take a system as its example, the platform apart, and the browser of the reports.
    const examples = isForTests(file)
      ? [
          'reference-worker/local',
          'reference-worker/shared-shards',
          'reference-worker/target/testing',
          'reports',
        ]
      : [];
    const may = [folder, ...(MAY_IMPORT[folder] ?? []), ...examples];
    return targets
      .filter((target) => !may.includes(folderOf(target) ?? ''))
      .map((target) => `${file} -> ${target}`);
  });

/** Where the checks and the load reach past `target` for a Worker. k6 has HTTP of its own, and is itself fetched by HTTP. */
export const pastTarget = (of: Sources): string[] =>
  [...importsOf(of)].flatMap(([file, targets]) => {
    if (!/^(loadtest|conformance)\//.test(file) || /^loadtest\/k6(-binary)?\//.test(file) || isForTests(file))
      return [];
    const http = of.get(file)?.match(/from '(node:https?|undici)'|\bawait fetch\(/g) ?? [];
    const past = targets.filter((target) => /^reference-worker\/(?!target\/)/.test(target));
    return [...past, ...http].map((what) => `${file} -> ${what}`);
  });
