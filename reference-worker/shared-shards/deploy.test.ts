import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const CONFIG = join(import.meta.dirname, 'wrangler.jsonc');

/** Bindings that a deployment would have, by wrangler's own account. */
function dryRun(environment: string): { bindings: string[]; files: string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'wrangler-'));
  const printed = execFileSync(
    'wrangler',
    ['deploy', '--dry-run', '--env', environment, '-c', CONFIG, '--outdir', folder],
    { encoding: 'utf8', env: { ...process.env, CI: 'true', WRANGLER_SEND_METRICS: 'false' } },
  );
  return {
    bindings: [...printed.matchAll(/env\.([A-Z_0-9]+)/g)].map((match) => match[1] ?? ''),
    files: readdirSync(folder),
  };
}

test.each([
  ['shared', ['ACCOUNTS', 'SHARD_EU_1', 'BASE_DOMAIN', 'EVIDENCE']],
  ['dedicated', ['ACCOUNTS', 'SHARD_ACME', 'BASE_DOMAIN', 'EVIDENCE']],
])('the %s deployment would be accepted and reaches its own shard only (A3)', (environment, bindings) => {
  const deployment = dryRun(environment);

  expect(deployment.files).toContain('index.js');
  expect(deployment.bindings).toEqual(bindings);
});
