import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { system } from '../../reference-worker/shared-shards/system.ts';
import { existing, mutated } from './modules.ts';

describe('a file that the command line names', () => {
  test('that is not there is named', () => {
    expect(() => existing('entry', 'nowhere.ts')).toThrow(
      /^bad_option: --entry: there is no file \/.*\/nowhere\.ts\.$/,
    );
  });

  test('is looked for from where npm was called, not from where npm runs the script', () => {
    const caller = mkdtempSync(join(tmpdir(), 'caller-'));
    writeFileSync(join(caller, 'entry.ts'), '');

    expect(existing('entry', 'entry.ts', { INIT_CWD: caller })).toBe(join(caller, 'entry.ts'));
    expect(() => existing('entry', 'package.json', { INIT_CWD: caller })).toThrow(caller);
    expect(existing('entry', 'package.json', {})).toBe(join(process.cwd(), 'package.json'));
  });
});

test('an unknown mutation is refused', () => {
  expect(() => mutated('none/such', system)).toThrow(
    /^bad_option: --mutation: there is no mutation "none\/such"/,
  );
});
