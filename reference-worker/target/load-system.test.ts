import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadSystem } from './index.ts';

const INDEX = join(import.meta.dirname, 'index.ts');
const NOTEBOOK = join(import.meta.dirname, 'testing', 'notebook');
const folderWith = (files: Readonly<Record<string, string>>): string => {
  const folder = mkdtempSync(join(tmpdir(), 'config-'));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  return folder;
};

describe('the description that is meant', () => {
  test('is found by walking up, and its paths begin where it is', async () => {
    const inside = join(NOTEBOOK, 'mutations', 'isolation');

    const { name, worker } = await loadSystem({}, inside);

    expect(name).toBe('notebook');
    expect(worker).toMatchObject({ config: join(NOTEBOOK, 'wrangler.jsonc') });
  });

  test('is a reference system when it is named, or when none is found', async () => {
    const nowhere = folderWith({});

    expect((await loadSystem({}, nowhere)).name).toBe('shared-shards');
    expect((await loadSystem({ system: 'shared-shards' }, NOTEBOOK)).name).toBe('shared-shards');
  });

  test.each([
    ['a system that there is not', { system: 'none' }, /^bad_system: --system: .*"none"/],
    [
      'a file that there is not',
      { config: 'none.ts' },
      /^bad_system: --config: there is no file \/.*none\.ts/,
    ],
    ['two of them', { system: 'shared-shards', config: 'x.ts' }, /give one of them/],
    ['a file that throws', { config: 'throws.ts' }, /throws\.ts cannot be loaded: Error: not today/],
    ['a file that describes nothing', { config: 'other.ts' }, /must be a description/],
    [
      'a wrong description',
      { config: 'wrong.ts' },
      /resources: must name one resource at least|at resources/,
    ],
  ])('is not %s', async (_, choice, message) => {
    const folder = folderWith({
      'throws.ts': "throw new Error('not today');",
      'other.ts': 'export default { name: 1 };',
      'wrong.ts': `import { defineSystem, bearer, rest } from '${INDEX}';
        export default defineSystem({ name: 'x', request: { identify: bearer }, resources: {}, ...rest({ path: '/:resource' }) });`,
    });

    await expect(loadSystem(choice, folder)).rejects.toThrow(message);
  });
});

test('the README shows the description that the tests of the notebook run', () => {
  const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8');
  const shown = readFileSync(join(NOTEBOOK, 'shardproof.config.ts'), 'utf8').replace(
    '../../index.ts',
    'shardproof',
  );

  expect(readme).toContain(`\`\`\`ts\n${shown}\`\`\``);
  expect(shown.trimEnd().split('\n').length).toBeLessThanOrEqual(40);
});
