import { spawnSync } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { freshFolder } from '../testing/fresh-folder.ts';
import { errorTotalsOf, percentileMs, successesPerSecond } from './block.ts';
import { ask, startMiniflare, startOurs } from './contestants.ts';
import { driveLoad } from './wrk.ts';

describe.each([
  // A session's reads are served by the replicas and, in part, by the primary; miniflare has the primary alone.
  ['our platform', startOurs, ['false', 'true']],
  ['miniflare', startMiniflare, ['true']],
])('%s', (_, start, servedByPrimary) => {
  test('serves every operation, and tells what it cannot do', async () => {
    const folder = freshFolder();
    const { url, stop } = await start(folder);
    onTestFinished(stop);

    const bodyOf = async (path: string): Promise<string> => (await fetch(`${url}${path}`)).text();
    for (const path of ['/read', '/read-in-session', '/kv']) expect(await bodyOf(path)).toHaveLength(2_048);
    expect(JSON.parse(await bodyOf('/read'))).toMatchObject({ version: expect.any(Number) });
    expect(await bodyOf('/update')).toBe('updated');
    for (const database of ['DB', 'OTHER'])
      expect(await bodyOf(`/count?rows=1000&database=${database}`)).toBe('counted');
    const served = new Set<string | null>();
    for (let read = 0; read < 40; read += 1)
      served.add((await ask(`${url}/read-in-session`)).headers.get('x-served-by-primary'));
    expect([...served].sort()).toEqual(servedByPrimary);
    await expect(ask(`${url}/nothing`)).rejects.toMatchObject({ code: 'part_failed' });
    expect(await readdir(folder, { recursive: true })).toContainEqual(expect.stringMatching(/\.sqlite$/));
    await expect(ask(`${url}/count?rows=none`)).rejects.toMatchObject({ code: 'part_failed' });
    // Made already: whatever D1 throws must not look like success.
    await expect(ask(`${url}/prepare`)).rejects.toMatchObject({ code: 'part_failed' });
  });
});

test('a slow query on the other database leaves the first one free', async () => {
  const { url, stop } = await startOurs(freshFolder());
  onTestFinished(stop);
  const ended: string[] = [];

  const slow = ask(`${url}/count?rows=3000000&database=OTHER`).then(() => ended.push('slow query'));
  for (let read = 0; read < 5; read++) await ask(`${url}/read`);
  ended.push('reads');
  await slow;

  expect(ended).toEqual(['reads', 'slow query']);
});

/** No package of npm brings it. */
const isWrkThere = spawnSync('wrk', ['--version']).error === undefined;

describe.skipIf(!isWrkThere)('wrk', () => {
  async function drive(listener: RequestListener, signal = new AbortController().signal) {
    const server = createServer(listener).listen(0, '127.0.0.1');
    onTestFinished(() => {
      server.close();
      server.closeAllConnections();
    });
    await new Promise((resolve) => server.once('listening', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    return driveLoad({ url, connections: 2, seconds: 1, timeoutSeconds: 1 }, signal);
  }

  test('counts what is served, and does not count a refusal as success', async () => {
    let served = 0;
    let refused = 0;

    const block = await drive((_, response) => {
      const isRefused = (served + refused) % 2 === 1;
      if (isRefused) refused += 1;
      else served += 1;
      response.writeHead(isRefused ? 500 : 200).end('x');
    });

    expect(served).toBeGreaterThan(100);
    // What was on its way at the end is not counted.
    expect(Math.abs(errorTotalsOf([block]).status - refused)).toBeLessThanOrEqual(2);
    expect(Math.abs((successesPerSecond(block) * block.durationUs) / 1e6 - served)).toBeLessThanOrEqual(2);
    expect(percentileMs([block], 50)).toBeGreaterThan(0);
  });

  test('counts connections that are cut off', async () => {
    const block = await drive((request) => void request.socket.destroy());

    expect(errorTotalsOf([block]).read).toBeGreaterThan(0);
    expect(successesPerSecond(block)).toBe(0);
  });

  test('is stopped by the signal', async () => {
    await expect(drive((_, response) => response.end('x'), AbortSignal.timeout(100))).rejects.toMatchObject({
      name: 'TimeoutError',
    });
  });
});
