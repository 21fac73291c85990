import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'require-node-'));
mkdirSync(join(folder, '.config'));
writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
const script = join(folder, '.config', 'require-node.js');
copyFileSync(join(import.meta.dirname, 'require-node.js'), script);
const run = () => spawnSync(process.execPath, [script], { encoding: 'utf8' });

test('a forgotten npm ci is told in one sentence, and nothing is said after it', () => {
  const forgotten = run();
  mkdirSync(join(folder, 'node_modules', 'tsx'), { recursive: true });
  writeFileSync(join(folder, 'node_modules', 'tsx', 'package.json'), '{}');
  const installed = run();

  expect(forgotten.stderr).toMatch(/^not_installed: .* run "npm ci" .*\n$/);
  expect(forgotten.status).toBe(4);
  expect([installed.status, installed.stderr]).toEqual([0, '']);
});
