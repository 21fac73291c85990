import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test, vi } from 'vitest';
import { freshFolder } from './test/fresh-folder.ts';

const up = (...args: string[]) =>
  spawn(process.execPath, [join(import.meta.dirname, 'up.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });

test('prints every address and a request that works, and ends cleanly on Ctrl-C', async () => {
  const command = up('--state', freshFolder(), '--topology', 'dedicated', '--kv');
  let printed = '';
  command.stdout.on('data', (chunk) => {
    printed += chunk;
  });
  await vi.waitUntil(() => printed.includes('Ctrl-C'), { timeout: 20_000, interval: 20 });

  expect(printed.match(/(shared|dedicated) {2}(LHR|MAN|EDI) {2}http:\/\/localhost:\d+/g)).toHaveLength(6);
  const [, token = '', url = ''] = /curl -H "Authorization: Bearer (\S+)" (\S+)/.exec(printed) ?? [];
  // Whether a resolver knows names under localhost differs from system to system; curl always does.
  const response = await fetch(url.replace('acme.', ''), { headers: { authorization: `Bearer ${token}` } });
  expect(response.status).toBe(200);

  command.kill('SIGINT');
  expect(await once(command, 'exit')).toEqual([0, null]);
  await expect(fetch(url.replace('acme.', ''))).rejects.toThrow();
});

test.each([
  [['--topology', 'nonsense'], 'bad_option: --topology'],
  [['--port', '80'], 'bad_option: --port'],
  [['--nonsense'], '--nonsense'],
])('refuses %j with exit code 4', async (args, message) => {
  const command = up(...args);

  const [printed, [code]] = await Promise.all([text(command.stderr), once(command, 'exit')]);

  expect(printed).toContain(message);
  expect(code).toBe(4);
});
