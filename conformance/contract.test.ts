import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { whileStepping } from '../reference-worker/local/plane-control.ts';
import { type Platform, startPlatform } from '../reference-worker/local/platform.ts';
import { mintToken } from '../reference-worker/local/token.ts';
import { deploymentOf, type Pop, topologies } from '../reference-worker/local/topology.ts';

/**
 * The contract over real sockets: the unmodified Worker in workerd, in front of replicas that lag by seconds and a KV
 * that is stale for minutes, `acme` on a dedicated shard and `birch` on the shared one. The clauses one by one are
 * tested beside the Worker; here it is the whole chain that may fail.
 */
const topology = topologies.dedicated;
const secrets = { jwtSecret: 'secret-of-the-identity-provider', sealSecret: 'root-of-the-sealing-keys' };
const stateDir = mkdtempSync(join(tmpdir(), 'shardproof-contract-'));
/** Short against the lag, so that an answer that should have waited comes too early to be right. */
const STEP_MS = 20;
let platform: Platform;

beforeAll(async () => {
  const plane = { latency: 'pessimistic', clock: 'virtual' } as const;
  platform = await startPlatform({ topology, stateDir, kvCache: true, secrets, plane });
});

afterAll(async () => {
  await platform?.stop();
  rmSync(stateDir, { recursive: true });
});

interface Call {
  readonly pop?: Pop;
  readonly deployment?: string;
  readonly bookmark?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
}

/** The newest bookmark of each account: without it a client may see any older state. */
const bookmarks = new Map<string, string>();

/**
 * Sends one request as an account, to the account's own deployment and with its newest bookmark unless told
 * otherwise.
 */
async function call(account: string, method: string, path: string, options: Call = {}): Promise<Response> {
  const { pop = 'LHR', deployment = deploymentOf(topology, account), body } = options;
  const { bookmark = bookmarks.get(account) } = options;
  const base = platform.deployments.find(({ name }) => name === deployment)?.urls[pop];
  if (!base) throw new Error(`no deployment ${deployment}`);
  const token = await mintToken({ secret: secrets.jwtSecret, account, user: 'us-00001', ttlSeconds: 60 });
  const headers = new Headers({ authorization: `Bearer ${token}`, ...options.headers });
  if (bookmark) headers.set('x-d1-bookmark', bookmark);
  const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
  const response = await whileStepping(platform.plane, fetch(`${base}/v1/${path}`, init), STEP_MS);
  const newest = response.headers.get('x-d1-bookmark');
  if (newest !== null) bookmarks.set(account, newest);
  return response;
}

const put = (account: string, id: string, body: object, options: Call = {}) =>
  call(account, 'PUT', `clients/${id}`, { ...options, body: { body } });

describe('isolation of a shared and a dedicated account', () => {
  test('each sees its own document under the same id, through the same KV', async () => {
    await put('acme', 'same', { owner: 'acme' });
    await put('birch', 'same', { owner: 'birch' });

    for (const account of ['acme', 'birch', 'acme', 'birch']) {
      expect(await (await call(account, 'GET', 'clients/same')).json()).toMatchObject({
        body: { owner: account },
      });
    }
  });

  test("a deployment does not reach another deployment's shard (C3); its own account is served", async () => {
    const foreign = await call('birch', 'GET', 'clients/same', { deployment: 'dedicated' });
    const control = await call('acme', 'GET', 'clients/same', { deployment: 'dedicated' });

    expect([foreign.status, control.status]).toEqual([503, 200]);
    expect(await foreign.json()).toMatchObject({ code: 'shard_unavailable', definite: true });
  });

  test("another account's bookmark is not used and not echoed", async () => {
    const theirs = (await put('birch', 'b', {})).headers.get('x-d1-bookmark');

    const response = await call('acme', 'GET', 'clients/same', { bookmark: theirs });

    expect(response.status).toBe(200);
    expect(response.headers.get('x-cache')).toBe('bypass');
    expect(response.headers.get('x-d1-bookmark')).not.toBe(theirs);
  });
});

describe('read your writes', () => {
  test('a write in one PoP is read in the others, with KV filled before it', async () => {
    for (const pop of ['LHR', 'MAN', 'EDI'] as const) {
      for (let version = 1; version <= 5; version++) {
        const id = `ryw-${pop}`;
        await call('acme', 'GET', `clients/${id}`, { pop: 'MAN' });
        const bookmark = (await put('acme', id, { version }, { pop: 'LHR' })).headers.get('x-d1-bookmark');

        const read = await call('acme', 'GET', `clients/${id}`, { pop, bookmark });

        expect(await read.json()).toMatchObject({ _version: version, body: { version } });
      }
    }
  });
});

describe('limits that the local engine does not have', () => {
  test('a body over 1,980,000 bytes is refused with 413, one below is stored', async () => {
    const over = await put('acme', 'big', { text: 'x'.repeat(1_980_000) });
    const below = await put('acme', 'big', { text: 'x'.repeat(1_970_000) });
    const read = await call('acme', 'GET', 'clients/big');

    expect([over.status, below.status]).toEqual([413, 201]);
    expect((await read.text()).length).toBeGreaterThan(1_970_000);
  });
});

test('a failed precondition in a batch rolls the whole batch back on the data plane too', async () => {
  const operations = [
    { op: 'create', collection: 'notes', id: 'rolled-back', body: {} },
    { op: 'patch', collection: 'clients', id: 'nobody', body: {}, ifMatch: '"1"' },
  ];

  const response = await call('acme', 'POST', 'batch', { body: { operations } });

  expect(response.status).toBe(412);
  expect((await call('acme', 'GET', 'notes/rolled-back')).status).toBe(404);
});

const Page = z.object({ items: z.array(z.object({ id: z.string() })), cursor: z.string().nullable() });

test('cursors page through a list that changes PoP on every page', async () => {
  for (let index = 0; index < 7; index++) await put('acme', `page-${index}`, { postcode: 'ZZ1 1ZZ' });
  const seen: string[] = [];
  let cursor: string | null = null;
  for (const pop of ['LHR', 'MAN', 'EDI', 'LHR'] as const) {
    const path: string = `clients?postcode=zz1%201zz&limit=2${cursor ? `&cursor=${cursor}` : ''}`;
    const page = Page.parse(await (await call('acme', 'GET', path, { pop })).json());
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.cursor;
  }

  expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6].map((index) => `page-${index}`));
  expect(cursor).toBeNull();
});
