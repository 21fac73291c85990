import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { kindOfD1Error } from '../src/d1-errors.ts';
import { bindings, call, create, refusal } from './client.ts';
import { type Meddling, meddled } from './faulty-d1.ts';

const LOST = 'D1_ERROR: Network connection lost.';

/** Bindings whose shard fails the first `times` trips, before or after the work is done. */
function failing(message: string, times: number, when: 'before' | 'after' = 'before') {
  let trips = 0;
  const meddling: Meddling = {
    [when]: () => {
      if (++trips <= times) throw new Error(message);
    },
  };
  return {
    bindings: { ...bindings, SHARD_EU_1: meddled(bindings.SHARD_EU_1, meddling) },
    trips: () => trips,
  };
}

describe('a D1 error is told by its text, with or without a prefix', () => {
  test.each([
    ['Network connection lost.', 'retryable'],
    ['D1_ERROR: Network connection lost.', 'retryable'],
    ['D1_ERROR: D1 DB reset because its code was updated.', 'retryable'],
    ['D1_ERROR: Internal error while starting up D1 DB storage caused object to be reset.', 'retryable'],
    ['D1_ERROR: Internal error in D1 DB storage caused object to be reset.', 'retryable'],
    ['D1_ERROR: Replica disconnected from primary.', 'retryable'],
    ['D1_ERROR: Cannot resolve D1 DB due to transient issue on remote node.', 'retryable'],
    ["D1_ERROR: Can't read from request stream because client disconnected.", 'retryable'],
    ['D1_ERROR: D1 DB is overloaded. Requests queued for too long.', 'overloaded'],
    ['D1_ERROR: D1 DB is overloaded. Too many requests queued.', 'overloaded'],
    ['D1_ERROR: D1 DB storage operation exceeded timeout which caused object to be reset.', 'indefinite'],
    ["D1_ERROR: D1 DB's isolate exceeded its memory limit and was reset.", 'indefinite'],
    ['D1_ERROR: D1 DB exceeded its CPU time limit and was reset.', 'indefinite'],
    ['D1_ERROR: internal error; reference = 8f3a', 'indefinite'],
    ['D1_ERROR: Exceeded maximum DB size.', 'definite'],
    ['D1_ERROR: UNIQUE constraint failed: t.a: SQLITE_CONSTRAINT', 'definite'],
    ['D1_ERROR: no such table: clients: SQLITE_ERROR', 'definite'],
  ])('%s is %s', (message, kind) => {
    expect(kindOfD1Error(message)).toBe(kind);
  });
});

describe('a read', () => {
  // The retry budget is measured on a clock that stands still: a slow machine must not use it up.
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
  afterEach(() => void vi.useRealTimers());

  test.each([1, 2])('survives %i lost trips', async (times) => {
    await call('PUT', '/v1/clients/r1', { body: { body: {} } });
    const shard = failing(LOST, times);

    const response = await call('GET', '/v1/clients/r1', { bindings: shard.bindings });

    expect([response.status, shard.trips()]).toEqual([200, times + 1]);
  });

  test.each([
    [LOST, 3, 'database_unavailable'],
    ['D1_ERROR: D1 DB is overloaded. Too many requests queued.', 1, 'overloaded'],
    ['D1_ERROR: no such table: clients: SQLITE_ERROR', 1, 'internal'],
  ])('gives up on %s after %i trips', async (message, trips, code) => {
    const shard = failing(message, 99);

    const response = await call('GET', '/v1/clients/r1', { bindings: shard.bindings });

    expect(await refusal(response)).toMatchObject({ code, definite: true });
    expect(shard.trips()).toBe(trips);
  });

  test('of the account database is retried too, and its failure is told from a refusal', async () => {
    let trips = 0;
    const fail = (times: number) => ({
      before: () => {
        if (++trips <= times) throw new Error(LOST);
      },
    });
    const lookUp = (times: number) =>
      call('GET', '/v1/clients', {
        account: 'cedar',
        bindings: { ...bindings, ACCOUNTS: meddled(bindings.ACCOUNTS, fail(times)) },
      });

    const failed = await lookUp(99);
    trips = 0;
    const retried = await lookUp(2);

    expect(await refusal(failed)).toMatchObject({ status: 503, code: 'database_unavailable' });
    expect([retried.status, trips]).toEqual([200, 3]);
  });
});

describe('a write', () => {
  test.each([
    [LOST, 'outcome_unknown', false],
    [
      'D1_ERROR: D1 DB storage operation exceeded timeout which caused object to be reset.',
      'outcome_unknown',
      false,
    ],
    ['D1_ERROR: D1 DB is overloaded. Requests queued for too long.', 'overloaded', false],
    ['D1_ERROR: Exceeded maximum DB size.', 'internal', true],
  ])('is tried once when D1 says %s', async (message, code, definite) => {
    const shard = failing(message, 99);

    const response = await call('PUT', '/v1/clients/w1', { body: { body: {} }, bindings: shard.bindings });

    expect(await refusal(response)).toMatchObject({ code, definite });
    expect(shard.trips()).toBe(1);
  });

  test('whose reply was lost may have happened: a retry of the same POST makes no twin', async () => {
    const shard = failing(LOST, 1, 'after');
    const send = () =>
      call('POST', '/v1/clients', { body: { id: 'w2', body: { n: 1 } }, bindings: shard.bindings });

    const lost = await send();
    const retried = await send();

    expect(await refusal(lost)).toMatchObject({ status: 503, code: 'outcome_unknown', definite: false });
    expect(await refusal(retried)).toMatchObject({ status: 409, code: 'id_taken' });
    expect((await call('GET', '/v1/clients/w2')).headers.get('etag')).toBe('"1"');
  });
});

describe('every response', () => {
  test.each<[string, string, string, object]>([
    ['200', 'GET', '/v1/clients', {}],
    ['201', 'PUT', '/v1/clients/h1', { body: { body: {} } }],
    ['204', 'DELETE', '/v1/clients/h1', {}],
    ['304', 'GET', '/v1/clients/h0', { headers: { 'if-none-match': '*' } }],
    ['400', 'GET', '/v1/clients?limit=0', {}],
    ['401', 'GET', '/v1/clients', { token: null }],
    ['403', 'GET', '/v1/clients', { account: 'gone' }],
    ['404', 'GET', '/v1/clients/none', {}],
    ['404', 'GET', '/nowhere', {}],
    ['409', 'POST', '/v1/clients', { body: { id: 'h0', body: {} } }],
    ['412', 'DELETE', '/v1/clients/h0', { headers: { 'if-match': '"9"' } }],
    ['413', 'PUT', '/v1/clients/h2', { body: 'x'.repeat(8_000_001) }],
    ['421', 'GET', '/v1/clients', { host: 'birch.docs.test' }],
    ['503', 'GET', '/v1/clients', { account: 'stray' }],
    [
      '500',
      'GET',
      '/v1/clients',
      { account: 'never-looked-up', bindings: { ...bindings, ACCOUNTS: undefined } },
    ],
  ])('%s to %s %s forbids shared caching and shows its evidence', async (status, method, path, options) => {
    await call('PUT', '/v1/clients/h0', { body: { body: {} }, headers: { 'if-none-match': '*' } });

    const response = await call(method, path, options);

    expect(String(response.status)).toBe(status);
    expect(response.headers.get('cache-control')).toBe('private, no-store');
    expect(response.headers.get('vary')).toContain('authorization');
    expect(response.headers.get('x-cache')).toBe('off');
    if (Number(status) >= 400) expect(response.headers.get('content-type')).toBe('application/problem+json');
  });

  test('has Server-Timing for route and D1, until evidence is turned off', async () => {
    await create('clients', 'e1', {});

    const on = await call('GET', '/v1/clients/e1');
    const off = await call('GET', '/v1/clients/e1', { bindings: { ...bindings, EVIDENCE: 'off' } });

    expect(on.headers.get('server-timing')).toMatch(/route;dur=[\d.]+.*d1;dur=[\d.]+;desc=/);
    expect([off.headers.get('server-timing'), off.headers.get('x-cache')]).toEqual([null, null]);
  });

  test('of a problem carries code, definite and a next step, and nothing of D1 or SQL', async () => {
    const shard = failing('D1_ERROR: no such column: secret_column in SELECT x: SQLITE_ERROR', 9);

    const text = await (await call('GET', '/v1/clients', { bindings: shard.bindings })).text();

    expect(JSON.parse(text)).toMatchObject({
      type: 'about:blank',
      title: expect.any(String),
      next: expect.any(String),
    });
    expect(text).not.toMatch(/SELECT|secret_column|SQLITE/);
  });
});
