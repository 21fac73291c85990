import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Fault } from './faults/index.ts';
import { whileStepping } from './platform-control.ts';
import { freshFolder } from './testing/fresh-folder.ts';
import { startWorker } from './worker.ts';
import type { Platform } from './workers.ts';

/** What a Worker in workerd sees of an upstream, on a clock that is stepped. */
let platform: Platform;
beforeAll(async () => {
  const testing = join(import.meta.dirname, 'testing');
  platform = await startWorker({
    entry: join(testing, 'upstream-worker.ts'),
    upstreams: {
      REGISTER: {
        module: join(testing, 'register-upstream.ts'),
        budget: { calls: 3, withinMs: 1_000 },
        latencyMs: 100,
      },
    },
    stateDir: freshFolder(),
    behaviour: { clock: 'virtual' },
  });
});
afterAll(() => platform?.stop());

const ask = async (method: 'GET' | 'PUT', path: string, token = path): Promise<readonly unknown[]> => {
  const body = method === 'PUT' ? { body: `of ${path}` } : {};
  const url = `${platform.deployments[0]?.urls.LHR}${path}`;
  const asked = fetch(url, { method, headers: { authorization: token }, ...body });
  return JSON.parse(await (await whileStepping(platform.control, asked)).text());
};

test('it keeps what it is told, tells who called when, and takes the time of the platform', async () => {
  const put = await ask('PUT', '/one', 'token of one');
  const got = await ask('GET', '/one', 'token of one');

  expect([put, got]).toEqual([
    ['200', '"of /one"', null],
    ['200', '"of /one"', null],
  ]);
  const { calls, count } = await platform.control.upstreamCalls();
  expect(count).toBe(2);
  const common = { upstream: 'REGISTER', path: '/one', authorization: 'token of one', status: 200 };
  expect(calls).toEqual([
    { ...common, method: 'PUT', atMs: Date.UTC(2026, 0, 1) },
    { ...common, method: 'GET', atMs: Date.UTC(2026, 0, 1) + 100 },
  ]);
});

test('a token has so many calls in any period, and is told when there is one again', async () => {
  const statuses: unknown[] = [];
  for (let call = 0; call < 5; call += 1) statuses.push((await ask('GET', '/budget', 'spender'))[0]);
  const [, , retryAfter] = await ask('GET', '/budget', 'spender');
  const other = await ask('GET', '/budget', 'somebody else');
  await platform.control.advance(1_000);
  const again = await ask('GET', '/budget', 'spender');

  expect(statuses).toEqual(['200', '200', '200', '429', '429']);
  expect(retryAfter).toBe('1');
  expect([other[0], again[0]]).toEqual(['200', '200']);
});

test('its owner changes it without a token, and no call is counted', async () => {
  const { count } = await platform.control.upstreamCalls();

  const reply = await platform.control.operateUpstream('REGISTER', {
    ...{ method: 'PUT', path: '/own', body: 'by its owner' },
  });

  expect(reply).toEqual({ status: 200, body: 'by its owner' });
  expect((await platform.control.upstreamCalls()).count).toBe(count);
  expect((await ask('GET', '/own'))[1]).toBe('"by its owner"');
  await expect(
    platform.control.operateUpstream('NONE', { method: 'GET', path: '/', body: '' }),
  ).rejects.toThrow('There is no upstream NONE; known are REGISTER.');
});

describe('faults', () => {
  const tested = new Set<string>();
  /** Plans a fault for one path, and demands that it fires. */
  async function during(
    fault: { readonly kind: string } & Record<string, unknown>,
    path: string,
    work: () => Promise<void>,
  ) {
    tested.add(fault.kind);
    await platform.control.setFaults([{ id: 'planned', keyPattern: `^${path}$`, ...fault }]);
    await work();
    const [report] = await platform.control.faultReports();
    expect(report?.count).toBeGreaterThan(0);
    expect(report?.firings[0]).toMatchObject({ upstream: 'REGISTER', key: path });
    await platform.control.setFaults([]);
  }

  test('upstream-error: a change is refused, and was not made', async () => {
    await during({ kind: 'upstream-error', status: 503, retryAfterMs: 5_000 }, '/refused', async () => {
      expect(await ask('PUT', '/refused')).toEqual(['503', '{"error":"the upstream has failed"}', '5']);
    });
    expect((await ask('GET', '/refused'))[1]).toBe('"nothing"');
  });

  test.each([
    ['before', '"nothing"'],
    ['after', '"of /lost-after"'],
  ])('upstream-lost %s the change: nobody is told', async (when, left) => {
    const path = `/lost-${when}`;
    await during({ kind: 'upstream-lost', when }, path, async () => {
      expect(await ask('PUT', path)).toEqual(['lost']);
    });
    expect((await ask('GET', path))[1]).toBe(left);
  });

  test('upstream-slow: what is asked later is answered earlier', async () => {
    await during({ kind: 'upstream-slow', addMs: 10_000, times: 1 }, '/slow', async () => {
      const order: string[] = [];
      const begin = async (path: string): Promise<void> => {
        await fetch(`${platform.deployments[0]?.urls.LHR}${path}`);
        order.push(path);
      };
      const both = Promise.all([begin('/slow'), begin('/fast')]);
      // Time is stepped once both wait: the one that was late would otherwise be last for that alone.
      while ((await platform.control.waiting()).length < 2);
      await whileStepping(platform.control, both);
      expect(order).toEqual(['/fast', '/slow']);
    });
  });

  test('upstream-stale: a read shows the state of before, and later the change', async () => {
    await ask('PUT', '/stale');
    await during({ kind: 'upstream-stale', byMs: 30_000 }, '/stale', async () => {
      expect((await ask('GET', '/stale'))[1]).toBe('"nothing"');
      await platform.control.advance(30_000);
      expect((await ask('GET', '/stale'))[1]).toBe('"of /stale"');
    });
  });

  test('no kind is without a test, and none is planned where it could not fire', async () => {
    const kinds = Fault.options.map((option) => option.shape.kind.value);
    expect([...tested].sort()).toEqual(kinds.filter((kind) => kind.startsWith('upstream-')).sort());
    const elsewhere = [{ id: 'f', kind: 'upstream-lost', when: 'after', upstream: 'NONE' }];
    await expect(platform.control.setFaults(elsewhere)).rejects.toThrow('there is no upstream NONE');
  });
});
