import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Platform, sendHttp, startWorker } from '../target/index.ts';

const SECRET = 'secret-of-a-probe';
const stateDir = mkdtempSync(join(tmpdir(), 'shardproof-probe-'));
/** It makes its tables itself. */
const bound = {
  entry: join(import.meta.dirname, 'src', 'index.ts'),
  databases: { DB: '', OTHER: '' },
  namespaces: ['KV'],
};
let platform: Platform;
let url: string;

beforeAll(async () => {
  const behaviour = { latency: 'instant', readReplication: 'auto' } as const;
  platform = await startWorker({ stateDir, ...bound, vars: { PROBE_SECRET: SECRET }, behaviour });
  url = platform.deployments[0]?.urls.MAN ?? '';
});
afterAll(async () => {
  await platform.stop();
  rmSync(stateDir, { recursive: true });
});

async function ask(asked: unknown, authorization = `Bearer ${SECRET}`) {
  const headers = { 'content-type': 'application/json', ...(authorization && { authorization }) };
  const { status, body } = await sendHttp(url, {
    ...{ method: 'POST', path: '/probe', headers, body: JSON.stringify(asked) },
  });
  return { status, body: status === 200 ? JSON.parse(body) : body };
}

describe('whoever does not know the secret', () => {
  test.each(['', 'Bearer ', 'Bearer wrong', `Basic ${SECRET}`, 'Bearer undefined'])(
    '"%s" gets nothing',
    async (given) => {
      const { status, body } = await ask({ does: 'ready' }, given);

      expect([400, 401]).toContain(status);
      expect(body).not.toContain('did');
    },
  );

  test('gets nothing of a probe without a secret either', async () => {
    const other = mkdtempSync(join(tmpdir(), 'shardproof-probe-'));
    const without = await startWorker({ stateDir: other, ...bound });
    try {
      const asked = await sendHttp(without.deployments[0]?.urls.LHR ?? '', {
        ...{ method: 'POST', path: '/probe', body: '{"does":"nothing"}' },
        headers: { authorization: 'Bearer undefined', 'content-type': 'application/json' },
      });

      expect(asked.status).toBe(401);
    } finally {
      await without.stop();
      rmSync(other, { recursive: true });
    }
  });
});

test('it says where it is, and which of its isolates answers', async () => {
  const names = new Set<string>();
  for (let at = 0; at < 40; at += 1) {
    const { body } = await ask({ does: 'nothing' });
    expect(body).toMatchObject({ probe: 1, colo: 'MAN', did: [] });
    names.add(body.isolate);
  }

  expect(names.size).toBe(2);
});

test('a mark that was written is read, with what D1 tells of either', async () => {
  await ask({ does: 'ready' });
  const wrote = await ask({ does: 'write', session: 'first-primary', mark: 7, times: 3 });
  const read = await ask({ does: 'read', of: ['DB', 'OTHER'], session: 'none', times: 2 });

  const of = { region: 'WEUR', colo: 'AMS', isPrimary: true, attempts: 1, sqlMs: expect.any(Number) };
  expect(wrote.body.did).toEqual(
    Array(3).fill({ ...of, mark: null, bookmark: expect.stringMatching(/^[0-9a-f-]{59}$/) }),
  );
  expect(
    read.body.did.map(({ database, mark }: { database: string; mark: number }) => [database, mark]),
  ).toEqual([
    ['DB', 9],
    ['DB', 9],
    ['OTHER', 0],
    ['OTHER', 0],
  ]);
});

test('a batch tells the time of all of its statements', async () => {
  await ask({ does: 'ready' });

  const { body } = await ask({ does: 'batch', statements: 5 });

  expect(body.did).toEqual([
    expect.objectContaining({ mark: expect.any(Number), sqlMs: expect.any(Number) }),
  ]);
});

test("D1's own error is told, and is no failure of the probe", async () => {
  const { status, body } = await ask({ does: 'read', session: 'first-primary', times: 1, of: ['DB'] });
  const absent = await ask({ does: 'get', key: 'nowhere', times: 2 });

  expect(status).toBe(200);
  expect(body.did[0].error).toBeUndefined();
  expect(absent.body.did).toEqual(Array(2).fill({ value: null, cacheStatus: null }));
});

test('keys are written at once and read one after the other', async () => {
  const put = await ask({ does: 'put', key: 'k', value: 'v', times: 2 });
  const got = await ask({ does: 'get', key: 'k', times: 2 });

  expect(put.body.did).toEqual([{}, {}]);
  expect(got.body.did).toEqual(Array(2).fill({ value: 'v', cacheStatus: null }));
});

test.each([
  { does: 'delete' },
  { does: 'read' },
  { does: 'nothing', more: 1 },
  { does: 'get', key: 'k', times: 99 },
])('it does not do %j', async (asked) => {
  const { status, body } = await ask(asked);

  expect(status).toBe(400);
  expect(body).toContain('not_understood');
});
