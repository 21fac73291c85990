import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { CHECKS } from '../checks/registry.ts';
import { CANARY } from '../selftest/canary.ts';
import { applyDefect } from './apply.ts';
import { DEFECTS } from './catalogue.ts';

const ROOT = join(import.meta.dirname, '..', '..');

test('there are at least 50 defects, each with an id and a title of its own', () => {
  expect(DEFECTS.length).toBeGreaterThanOrEqual(50);
  expect(new Set(DEFECTS.map(({ id }) => id)).size).toBe(DEFECTS.length);
  expect(new Set(DEFECTS.map(({ title }) => title)).size).toBe(DEFECTS.length);
});

test('each names a check that there is, and each check is named', () => {
  const named = new Set(DEFECTS.map(({ check }) => check));

  expect([...named].filter((name) => !CHECKS.some(({ id }) => id === name))).toEqual([]);
  expect(CHECKS.filter(({ id }) => !named.has(id)).map(({ id }) => id)).toEqual([]);
});

test('each still applies to the Worker, and leaves one that type-checks', () => {
  const patched = [CANARY, ...DEFECTS].map((defect) => applyDefect(defect));
  const folder = mkdtempSync(join(ROOT, '.shardproof', 'defects', 'types-'));
  try {
    const config = {
      extends: join(ROOT, 'reference-worker', 'tsconfig.json'),
      // Unused names are what a patch that removes something leaves behind.
      compilerOptions: { noUnusedLocals: false, noUnusedParameters: false },
      include: patched.map(({ entry }) => join(dirname(entry), '**', '*.ts')),
      files: [],
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    const compile = () =>
      execFileSync(process.execPath, [join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', folder], {
        encoding: 'utf8',
        stdio: 'pipe',
      });

    expect(compile).not.toThrow();
  } finally {
    for (const { remove } of patched) remove();
    rmSync(folder, { recursive: true });
  }
});
