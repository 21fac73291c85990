import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { existing, loadAdapter, loadOwn, mutated } from './modules.ts';

const CABINET = join(import.meta.dirname, '..', 'testing', 'cabinet');
function moduleOf(source: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'modules-')), 'module.ts');
  writeFileSync(file, source);
  return file;
}

describe('a module that the command line names', () => {
  test('is loaded: an adapter, the Worker of your own beside it, and the reference adapter without one', async () => {
    expect((await loadAdapter(join(CABINET, 'cabinet.ts'))).name).toBe('cabinet');
    expect((await loadAdapter(undefined)).name).toBe('shared-shards');
    expect((await loadOwn(join(CABINET, 'cabinet-local.ts'))).database.binding).toBe('DB');
  });

  test.each([
    ['without the export', 'export const other = 1;', /^bad_module: .* does not export what --adapter needs/],
    ['with half an adapter', "export const adapter = { name: 'half' };", /request.identify and answer/],
    ['that throws', "throw new Error('not today');", /^bad_module: .* cannot be loaded: Error: not today/],
  ])('%s is refused', async (_, source, message) => {
    await expect(loadAdapter(moduleOf(source))).rejects.toThrow(message);
  });

  test('that is no Worker of your own is refused', async () => {
    await expect(loadOwn(moduleOf("export const own = { entry: 'x' };"))).rejects.toThrow(
      /a database with a binding/,
    );
  });

  test('that is not there is named', () => {
    expect(() => existing('entry', 'nowhere.ts')).toThrow(
      /^bad_option: --entry: there is no file \/.*\/nowhere\.ts\.$/,
    );
  });

  test('is looked for from where npm was called, not from where npm runs the script', () => {
    const caller = mkdtempSync(join(tmpdir(), 'caller-'));
    writeFileSync(join(caller, 'adapter.ts'), '');

    expect(existing('adapter', 'adapter.ts', { INIT_CWD: caller })).toBe(join(caller, 'adapter.ts'));
    expect(() => existing('adapter', 'package.json', { INIT_CWD: caller })).toThrow(caller);
    expect(existing('adapter', 'package.json', {})).toBe(join(process.cwd(), 'package.json'));
  });

  test('names the source of a Worker from its own folder', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'own-'));
    mkdirSync(join(folder, 'src'));
    const own = "{ entry: 'src/index.ts', database: { binding: 'DB', schema: '' }, accounts: () => [] }";
    writeFileSync(join(folder, 'local.ts'), `export const own = ${own};`);

    expect((await loadOwn(join(folder, 'local.ts'))).entry).toBe(join(folder, 'src', 'index.ts'));
  });
});

test('an unknown mutation is refused', () => {
  expect(() => mutated('none/such')).toThrow(/^bad_option: --mutation: there is no mutation "none\/such"/);
});
