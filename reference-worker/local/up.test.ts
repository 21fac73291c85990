import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test, vi } from 'vitest';
import { freshFolder } from './test/fresh-folder.ts';

const up = (...args: string[]) =>
  spawn(process.execPath, [join(import.meta.dirname, 'up.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });

/** What the command prints until it waits for Ctrl-C. */
async function greeting(command: ChildProcessByStdio<null, Readable, Readable>): Promise<string> {
  let printed = '';
  command.stdout.on('data', (chunk) => {
    printed += chunk;
  });
  await vi.waitUntil(() => printed.includes('Ctrl-C'), { timeout: 20_000, interval: 20 });
  return printed;
}

function planeFile(plane: object): string {
  const file = join(freshFolder(), 'plane.json');
  writeFileSync(file, JSON.stringify(plane));
  return file;
}

test('prints every address and a request that works, and ends cleanly on Ctrl-C', async () => {
  const command = up('--state', freshFolder(), '--topology', 'dedicated', '--kv');
  const printed = await greeting(command);

  expect(printed).toContain('(instant, read replication disabled, real clock, planned faults: 0)');
  expect(printed).not.toContain('/advance');
  expect(printed.match(/(shared|dedicated) {2}(LHR|MAN|EDI) {2}http:\/\/localhost:\d+/g)).toHaveLength(6);
  const [, token = '', url = ''] = /curl -H "Authorization: Bearer (\S+)" (\S+)/.exec(printed) ?? [];
  // Whether a resolver knows names under localhost differs from system to system; curl always does.
  const response = await fetch(url.replace('acme.', ''), { headers: { authorization: `Bearer ${token}` } });
  expect(response.status).toBe(200);

  command.kill('SIGINT');
  expect(await once(command, 'exit')).toEqual([0, null]);
  await expect(fetch(url.replace('acme.', ''))).rejects.toThrow();
});

test('with a plane, prints commands that work: who waits, what was struck, and a step of time', async () => {
  const faults = [
    ...['accounts', 'shard-eu-1', 'shard-acme'].map((database) => ({
      kind: 'slow-shard',
      database,
      addMs: 1,
    })),
    { kind: 'kv-slow', namespace: 'cache', addMs: 1 },
  ].map((fault, index) => ({ id: `fault-${index}`, ...fault }));
  const plane = planeFile({ latency: 'uk-eu', clock: 'virtual', faults });
  const options = ['--topology', 'dedicated', '--kv', '--plane', plane, '--read-replication', 'auto'];
  const command = up('--state', freshFolder(), ...options);
  const printed = await greeting(command);
  expect(printed).toContain('(uk-eu, read replication auto, virtual clock');
  const [, token = '', url = ''] = /curl -H "Authorization: Bearer (\S+)" (\S+)/.exec(printed) ?? [];
  const [, waitingUrl = ''] = /^ {2}curl (\S+\/waiting)$/m.exec(printed) ?? [];
  const [, faultsUrl = ''] = /^ {2}curl (\S+\/faults)$/m.exec(printed) ?? [];
  const step = /^ {2}curl -H '(.+): (.+)' -d '(.+)' (\S+\/advance)$/m.exec(printed) ?? [];
  const [, header = '', type = '', body = '', advanceUrl = ''] = step;
  const ask = async (from: string) => JSON.parse(await (await fetch(from)).text());

  const reply = fetch(url.replace('acme.', ''), { headers: { authorization: `Bearer ${token}` } });
  await expect
    .poll(() => ask(waitingUrl), { timeout: 20_000 })
    .toMatchObject([{ reason: 'network', database: 'accounts' }]);
  let status: number | undefined;
  void reply.then((answered) => {
    status = answered.status;
  });
  await vi.waitUntil(
    async () => {
      await fetch(advanceUrl, { method: 'POST', headers: { [header]: type }, body });
      return status !== undefined;
    },
    { timeout: 20_000 },
  );

  expect(status).toBe(200);
  expect(await ask(faultsUrl)).toMatchObject([
    { id: 'fault-0', kind: 'slow-shard', count: 1 },
    { id: 'fault-1', count: 0 },
    { id: 'fault-2', count: 1 },
    { id: 'fault-3', count: 0 },
  ]);
  command.kill('SIGINT');
  await once(command, 'exit');
});

test.each([
  [['--plane', 'moon'], 'bad_plane: moon'],
  [['--topology', 'nonsense'], 'bad_option: --topology'],
  [['--port', '80'], 'bad_option: --port'],
  [['--nonsense'], '--nonsense'],
])('refuses %j with exit code 4', async (args, message) => {
  const command = up(...args);

  const [printed, [code]] = await Promise.all([text(command.stderr), once(command, 'exit')]);

  expect(printed).toContain(message);
  expect(code).toBe(4);
});
