import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'shardproof-command-'));
mkdirSync(join(folder, '.config'));
writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
const script = join(folder, '.config', 'shardproof.js');
copyFileSync(join(import.meta.dirname, 'shardproof.js'), script);
const run = () => spawnSync(process.execPath, [script], { encoding: 'utf8' });

test('a forgotten npm ci is told in one sentence, and nothing is said after it', () => {
  const forgotten = run();
  mkdirSync(join(folder, 'node_modules', 'tsx'), { recursive: true });
  writeFileSync(join(folder, 'node_modules', 'tsx', 'package.json'), '{}');
  writeFileSync(join(folder, '.config', 'verbs.ts'), 'export const main = () => undefined;');
  const installed = run();

  expect(forgotten.stderr).toMatch(/^not_installed: .* run "npm ci" .*\n$/);
  expect(forgotten.status).toBe(4);
  expect([installed.status, installed.stderr]).toEqual([0, '']);
});
