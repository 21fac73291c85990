import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Miniflare } from 'miniflare';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startMiniflare } from '../../reference-worker/local/testing/miniflare.ts';
import { topologies } from '../../reference-worker/shared-shards/topologies.ts';
import { COMMAND } from '../../reports/command/command.testing.ts';
import { RemoteLoadResult } from '../../reports/schema/index.ts';

/**
 * The reference Worker as somebody else runs it: workerd with the D1 of miniflare, at an address that this machine does not call its
 * own. Nothing of the local platform is in it.
 */
const HOST = '127.0.0.2';
const JWT_SECRET = 'the secret of a deployed Worker';
const ROOT = join(import.meta.dirname, '..', '..');
const MIGRATIONS = join(ROOT, 'migrations', 'shared-shards');
const folder = mkdtempSync(join(tmpdir(), 'deployed-'));
const OF_ACCOUNT = ['--size', '1MB', '--users', '50', '--seed', '3'];
let deployed: Miniflare;
let door: Server;
let url: string;

beforeAll(async () => {
  const { shared } = topologies;
  const bindings = ['ACCOUNTS', ...shared.shards.map(({ binding }) => binding)];
  deployed = await startMiniflare(
    join(ROOT, 'reference-worker', 'shared-shards', 'src', 'index.ts'),
    { d1Databases: bindings },
    { BASE_DOMAIN: HOST, EVIDENCE: 'off', JWT_SECRET, SEAL_SECRET: 'another secret' },
  );
  url = await at(HOST, Number((await deployed.ready).port));
  for (const binding of bindings) {
    const database = await deployed.getD1Database(binding);
    const migrations = join(MIGRATIONS, binding === 'ACCOUNTS' ? 'accounts' : 'shard');
    for (const name of readdirSync(migrations).toSorted()) {
      const sql = readFileSync(join(migrations, name), 'utf8')
        .replaceAll(/--.*$/gm, '')
        .replaceAll('\n', ' ');
      await database.exec(sql);
    }
  }
  const accounts = await deployed.getD1Database('ACCOUNTS');
  for (const { id, binding } of shared.shards)
    await accounts.prepare('INSERT INTO db_shard (id, binding) VALUES (?, ?)').bind(id, binding).run();
  for (const { id, name, shardId } of shared.accounts)
    await accounts
      .prepare('INSERT INTO account (id, name, db_shard_id) VALUES (?, ?, ?)')
      .bind(id, name, shardId)
      .run();
});
afterAll(async () => {
  door.close();
  await deployed.dispose();
});

/** Miniflare's own door is at 127.0.0.1, whatever host it is given. @returns the URL of one at another address */
async function at(host: string, port: number): Promise<string> {
  door = createServer((socket) => {
    const through = connect(port, '127.0.0.1').on('error', () => socket.destroy());
    socket
      .on('error', () => through.destroy())
      .pipe(through)
      .pipe(socket);
  });
  await once(door.listen(0, host), 'listening');
  return `http://${host}:${(door.address() as AddressInfo).port}`; // of a TCP server
}

async function command(
  ...args: readonly string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = spawn(COMMAND[0], [COMMAND[1], ...args], { cwd: ROOT, env: { ...process.env, JWT_SECRET } });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}

describe('a deployed Worker', () => {
  test('gets its documents through its own API', async () => {
    const { code, stdout, stderr } = await command(
      'seed',
      'http',
      '--url',
      url,
      '--account',
      'acme',
      ...OF_ACCOUNT,
    );

    expect([code, stderr]).toEqual([0, expect.stringContaining('documents')]);
    expect(stdout).toContain('0 not as planned');
  }, 300_000);

  test('is loaded and judged, and nothing that people wrote is left', async () => {
    const { code, stdout, stderr } = await command(
      ...['capacity', '--target', url, '--scenario', 'smoke', '--budget', '5000', ...OF_ACCOUNT],
      ...['--json', '--out', join(folder, 'run')],
    );

    const result = RemoteLoadResult.parse(JSON.parse(stdout));
    expect([code, result.verdict.outcome], stderr).toEqual([0, 'PASS']);
    expect(result.load.requests).toBeGreaterThan(300);
    expect(result.verification.documentsChecked).toBeGreaterThan(1_000);
    expect(result.cleanedUp).toMatchObject({
      left: 0,
      removed: expect.any(Number),
      restored: expect.any(Number),
    });
    expect((result.cleanedUp?.removed ?? 0) * (result.cleanedUp?.restored ?? 0)).toBeGreaterThan(0);
    expect(readdirSync(join(folder, 'run')).toSorted()).toEqual(['report.html', 'result.json', 'summary.md']);

    const check = await command(
      'seed',
      'check',
      '--url',
      url,
      '--account',
      'acme',
      ...OF_ACCOUNT,
      '--sample',
      'all',
    );
    // Nothing is missing or too much; what was changed and put back has a later version, as it must.
    expect(check.stdout).not.toMatch(/^(missing|surplus)/m);
  }, 300_000);
});
