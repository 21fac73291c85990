import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { startMiniflare } from '../../reference-worker/local/testing/miniflare.ts';
import { topologies } from '../../reference-worker/shared-shards/topologies.ts';
import { COMMAND } from '../../reports/command/command.testing.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const MIGRATIONS = join(ROOT, 'migrations', 'shared-shards');
const JWT_SECRET = 'the secret of a deployed Worker';

export interface Deployed {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * The reference Worker as somebody else runs it: workerd with the D1 of miniflare, at an address that this machine does not call its
 * own. Nothing of the local platform is in it.
 *
 * @param host of the loopback network
 * @param waitMs by how much every piece of an answer comes later
 */
export async function deployedAt(host: string, waitMs = 0): Promise<Deployed> {
  const { shared } = topologies;
  const bindings = ['ACCOUNTS', ...shared.shards.map(({ binding }) => binding)];
  const worker = await startMiniflare(
    join(ROOT, 'reference-worker', 'shared-shards', 'src', 'index.ts'),
    { d1Databases: bindings },
    { BASE_DOMAIN: host, EVIDENCE: 'off', JWT_SECRET, SEAL_SECRET: 'another secret' },
  );
  for (const binding of bindings) {
    const database = await worker.getD1Database(binding);
    const migrations = join(MIGRATIONS, binding === 'ACCOUNTS' ? 'accounts' : 'shard');
    for (const name of readdirSync(migrations).toSorted()) {
      const sql = readFileSync(join(migrations, name), 'utf8')
        .replaceAll(/--.*$/gm, '')
        .replaceAll('\n', ' ');
      await database.exec(sql);
    }
  }
  const accounts = await worker.getD1Database('ACCOUNTS');
  for (const { id, binding } of shared.shards)
    await accounts.prepare('INSERT INTO db_shard (id, binding) VALUES (?, ?)').bind(id, binding).run();
  for (const { id, name, shardId } of shared.accounts)
    await accounts
      .prepare('INSERT INTO account (id, name, db_shard_id) VALUES (?, ?, ?)')
      .bind(id, name, shardId)
      .run();
  // Miniflare's own door is at 127.0.0.1, whatever host it is given.
  const port = Number((await worker.ready).port);
  const door = createServer((socket) => {
    const through = connect(port, '127.0.0.1').on('error', () => socket.destroy());
    socket.on('error', () => through.destroy()).pipe(through);
    if (waitMs === 0) through.pipe(socket);
    else
      through
        .on('data', (chunk) => void setTimeout(() => socket.write(chunk), waitMs))
        .on('end', () => void setTimeout(() => socket.end(), waitMs));
  });
  await once(door.listen(0, host), 'listening');
  return {
    url: `http://${host}:${(door.address() as AddressInfo).port}`, // of a TCP server
    async close() {
      door.close();
      await worker.dispose();
    },
  };
}

/** A command as its user starts it, who knows the secret of the Worker. */
export async function commandOfOwner(
  ...args: readonly string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = spawn(COMMAND[0], [COMMAND[1], ...args], { cwd: ROOT, env: { ...process.env, JWT_SECRET } });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { code, stdout, stderr };
}
