import { env } from 'cloudflare:workers';
import { sign } from 'hono/jwt';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { ACCOUNT_TTL_MS } from '../src/accounts.ts';
import { bindings, type Call, call, create, nowSeconds, refusal, tokenOf } from './client.ts';

const claims = { sub: 'us-00001', acct: 'acme', exp: nowSeconds() + 60 };

describe('a token', () => {
  test('that is valid opens the account', async () => {
    expect((await call('GET', '/v1/clients', { token: await tokenOf('acme') })).status).toBe(200);
  });

  test.each<[string, () => Promise<string | null>]>([
    ['missing', async () => null],
    ['empty', async () => ''],
    ['not a token', async () => 'a.b.c'],
    ['signed with another secret', () => sign(claims, 'another secret', 'HS256')],
    ['signed with another algorithm', () => sign(claims, env.JWT_SECRET, 'HS512')],
    ['unsigned, alg none', async () => `${part({ alg: 'none', typ: 'JWT' })}.${part(claims)}.`],
    ['expired', () => tokenOf('acme', { exp: nowSeconds() - 1 })],
    ['without exp', () => sign({ sub: 'u', acct: 'acme' }, env.JWT_SECRET, 'HS256')],
    ['without account', () => sign({ sub: 'u', exp: claims.exp }, env.JWT_SECRET, 'HS256')],
    ['without user', () => sign({ acct: 'acme', exp: claims.exp }, env.JWT_SECRET, 'HS256')],
    ['for another audience', () => tokenOf('acme', { aud: 'another-service' })],
    ['for several others', () => tokenOf('acme', { aud: ['another-service', 'a-third'] })],
    ['with a list of accounts', () => tokenOf('acme', { acct: ['acme', 'birch'] })],
    ['with a hostile account', () => tokenOf('acme', { acct: 'acme:clients' })],
    ['with its payload swapped', async () => swapPayload(await tokenOf('birch'), claims)],
  ])('that is %s is refused', async (_, token) => {
    const response = await call('GET', '/v1/clients', { token: await token() });

    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(await refusal(response)).toEqual({ status: 401, code: 'unauthenticated', definite: true });
  });

  test('chooses the account alone: headers, query and cookies are not asked', async () => {
    await create('clients', 'only-birch', {}, { account: 'birch' });
    const headers = {
      'x-account': 'birch',
      'x-account-id': 'birch',
      cookie: 'acct=birch',
      'x-forwarded-host': 'birch.docs.test',
    };

    const spoofed = await call('GET', '/v1/clients/only-birch?account=birch&acct=birch', { headers });
    const control = await call('GET', '/v1/clients/only-birch', { account: 'birch' });

    expect([spoofed.status, control.status]).toEqual([404, 200]);
  });

  const part = (value: object): string => btoa(JSON.stringify(value)).replaceAll('=', '');
  const swapPayload = (token: string, payload: object): string =>
    [token.split('.')[0], part(payload), token.split('.')[2]].join('.');
});

describe('a hostname', () => {
  test.each(['acme.docs.test', 'docs.test', 'clients.acme.example', 'ACME.docs.test'])(
    '%s serves acme',
    async (host) => {
      expect((await call('GET', '/v1/clients', { host })).status).toBe(200);
    },
  );

  test.each([
    'birch.docs.test',
    'nobody.docs.test',
    'a.acme.docs.test',
    'acme.docs.test.evil.example',
    'xdocs.test',
    'unknown.example',
    'localhost',
  ])('%s does not serve acme, and all such hosts answer alike', async (host) => {
    const response = await call('GET', '/v1/clients', { host });

    const { detail, ...rest } = await response.json<{ detail: string }>();
    expect(detail).toBe(`The host ${host} does not belong to the account of the token.`);
    expect(rest).toMatchObject({ status: 421, code: 'host_mismatch' });
  });

  test("that is another account's own domain answers like one that nobody owns", async () => {
    const owned = await call('GET', '/v1/clients', { account: 'birch', host: 'clients.acme.example' });
    const unowned = await call('GET', '/v1/clients', { account: 'birch', host: 'clients.else.example' });

    expect(owned.status).toBe(421);
    expect((await owned.text()).replace('acme', 'else')).toBe(await unowned.text());
    expect([...owned.headers.keys()]).toEqual([...unowned.headers.keys()]);
  });
});

describe('an account', () => {
  afterEach(() => void vi.useRealTimers());

  test.each(['gone', 'never-existed'])(
    '%s is unavailable, whether it is inactive or unknown',
    async (account) => {
      expect(await refusal(await call('GET', '/v1/clients', { account }))).toMatchObject({
        status: 403,
        code: 'account_unavailable',
      });
    },
  );

  test('is looked up once per ACCOUNT_TTL_MS; a deactivation is honoured within it', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const asDamson: Call = { account: 'damson', token: await tokenOf('damson', { exp: 9_999_999_999 }) };
    await insertAccount('damson', 'eu-1');
    const before = await call('GET', '/v1/clients', asDamson);
    await env.ACCOUNTS.prepare("UPDATE account SET is_active = 0 WHERE id = 'damson'").run();

    vi.setSystemTime(Date.now() + ACCOUNT_TTL_MS - 1);
    const remembered = await call('GET', '/v1/clients', asDamson);
    vi.setSystemTime(Date.now() + 1);
    const honoured = await call('GET', '/v1/clients', asDamson);

    expect([before.status, remembered.status, honoured.status]).toEqual([200, 200, 403]);
  });

  test.each(['PUT', 'GET'])(
    'on a shard that is not bound here gets 503 on %s and no other shard',
    async (method) => {
      const response = await call(method, '/v1/clients/c1', {
        account: 'stray',
        ...(method === 'PUT' && { body: { body: {} } }),
      });

      expect(await refusal(response)).toEqual({ status: 503, code: 'shard_unavailable', definite: true });
      expect(response.headers.get('retry-after')).toBe('1');
      for (const shard of [env.SHARD_EU_1, env.SHARD_EU_2]) {
        expect(await shard.prepare("SELECT * FROM clients WHERE account_id = 'stray'").all()).toMatchObject({
          results: [],
        });
      }
    },
  );

  test('never reaches a binding that is not a shard, whatever the account database says', async () => {
    await insertAccount('elder', 'eu-1');
    const renamed = { ...bindings, ACCOUNTS: withBindingOf(env.ACCOUNTS, 'CACHE') };

    const response = await call('GET', '/v1/clients', { account: 'elder', bindings: renamed });

    expect(await refusal(response)).toMatchObject({ status: 503, code: 'shard_unavailable' });
  });

  const insertAccount = (id: string, shard: string) =>
    env.ACCOUNTS.prepare('INSERT INTO account (id, name, db_shard_id) VALUES (?1, ?1, ?2)')
      .bind(id, shard)
      .run();

  /** The account database as if the CHECK on db_shard.binding had been lost. */
  function withBindingOf(database: D1Database, binding: string): D1Database {
    return new Proxy(database, {
      get: (target, name) =>
        name === 'withSession'
          ? () => ({
              prepare: (sql: string) => ({
                bind: (...values: unknown[]) => ({
                  first: async () => ({
                    ...(await target
                      .prepare(sql)
                      .bind(...values)
                      .first()),
                    binding,
                  }),
                }),
              }),
            })
          : Reflect.get(target, name),
    });
  }
});
