import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { D1Database } from '@cloudflare/workers-types';
import { transform } from 'esbuild';
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';
import { rowsOf } from '../../../../fixtures/index.ts';
import { bundleWorker } from '../../../../reference-worker/local/index.ts';
import { type CollectionName, model } from '../../../../reference-worker/shared-shards/data/index.ts';
import { WORKER_ENTRY } from '../../../../reference-worker/shared-shards/platform.ts';
import { prepareState } from '../../../../reference-worker/shared-shards/state.ts';
import { system } from '../../../../reference-worker/shared-shards/system.ts';
import { mintToken } from '../../../../reference-worker/shared-shards/token.ts';
import { topologies } from '../../../../reference-worker/shared-shards/topologies.ts';
import type { AccountPlan } from '../../../../reference-worker/target/index.ts';
import {
  type Answer,
  clientAt,
  type HttpResponse,
  type Operation,
} from '../../../../reference-worker/target/index.ts';
import { SPENT_HEADER, type Spent } from './meter.ts';

/** The bindings of the shared topology. */
export const ACCOUNTS = 'ACCOUNTS';
export const SHARD = topologies.shared.shards[0].binding;
const SECRETS = { JWT_SECRET: 'jwt-secret', SEAL_SECRET: 'seal-secret' };
const HOUR_SECONDS = 3_600;
/** One parameter of D1 holds 2,000,000 bytes; the bodies of so many documents stay well below. */
const ROWS_PER_INSERT = 500;

export interface Metered {
  readonly answer: Answer;
  readonly spent: Spent;
}

/** The reference Worker in miniflare, on workerd's own D1 and with a meter on its bindings. */
export interface MeteredWorker {
  /**
   * Asks as one user, who carries the bookmark of the answer before.
   *
   * @throws Error for an answer that is no success: what it cost would say nothing
   */
  ask(operation: Operation): Promise<Metered>;
  /** The size of the shard's file. */
  sizeBytes(): Promise<number>;
  stop(): Promise<void>;
}

/**
 * @param account one of the shared topology, and the only one with documents: every statement is bound to one account,
 *   so that others cost it nothing
 */
export async function startMeteredWorker(
  account: AccountPlan,
  options: { readonly kvCache: boolean },
): Promise<MeteredWorker> {
  const miniflare = await startMiniflare(options.kvCache);
  const shard = await fill(miniflare, account).catch(async (error: unknown) => {
    await miniflare.dispose();
    throw error;
  });
  const token = await mintToken({
    secret: SECRETS.JWT_SECRET,
    account: account.account,
    user: 'us-00001',
    ttlSeconds: HOUR_SECONDS,
  });
  const client = clientAt({
    ...{ system, account: account.account, token },
    url: `http://${account.account}.localhost`,
    send: (url, { method, path, headers, body }) =>
      dispatch(miniflare, `${url}${path}`, { method, headers, body }),
  });
  return {
    async ask(operation) {
      const { request, response, answer } = await client.ask(operation);
      if (response.status >= 300)
        throw new Error(`${request.method} ${request.path}: ${response.status} ${response.body}`);
      return { answer, spent: JSON.parse(response.headers[SPENT_HEADER] ?? '') };
    },
    sizeBytes: async () => (await shard.prepare('SELECT 1').run()).meta.size_after,
    stop: () => miniflare.dispose(),
  };
}

async function dispatch(
  miniflare: Miniflare,
  url: string,
  init: {
    readonly method: string;
    readonly headers: Record<string, string>;
    readonly body: string | undefined;
  },
): Promise<HttpResponse> {
  const { body, ...rest } = init;
  const response = await miniflare.dispatchFetch(url, { ...rest, ...(body !== undefined && { body }) });
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: await response.text(),
  };
}

async function startMiniflare(kvCache: boolean): Promise<Miniflare> {
  const { code } = await bundleWorker(WORKER_ENTRY);
  const meter = await transform(readFileSync(join(import.meta.dirname, 'meter.ts'), 'utf8'), {
    loader: 'ts',
  });
  const main =
    "import worker from './worker.js'; import { metered } from './meter.js'; export default metered(worker);";
  const module = (path: string, contents: string) => ({ type: 'ESModule' as const, path, contents });
  return new Miniflare(
    convertV4MiniflareOptions({
      modules: [
        module('main.js', main),
        module('worker.js', Buffer.from(code).toString()),
        module('meter.js', meter.code),
      ],
      compatibilityDate: '2026-10-20',
      d1Databases: [ACCOUNTS, SHARD],
      ...(kvCache && { kvNamespaces: ['CACHE'] }),
      bindings: { ...SECRETS, BASE_DOMAIN: 'localhost', EVIDENCE: 'on' },
    }),
  );
}

/** @returns the account's shard */
async function fill(miniflare: Miniflare, account: AccountPlan): Promise<D1Database> {
  await copyTopology(miniflare);
  const shard = await miniflare.getD1Database(SHARD);
  await seed(shard, account);
  return shard;
}

/** Gives the databases of the shared topology to miniflare: their schemas, and the accounts with their shard. */
async function copyTopology(miniflare: Miniflare): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'shardproof-rows-'));
  try {
    const [accounts, shard] = prepareState(topologies.shared, folder);
    if (accounts) await copyDatabase(accounts.file, await miniflare.getD1Database(ACCOUNTS));
    if (shard) await copyDatabase(shard.file, await miniflare.getD1Database(SHARD));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function copyDatabase(file: string, target: D1Database): Promise<void> {
  const source = new DatabaseSync(file, { readOnly: true });
  try {
    const schema = source
      .prepare(
        "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' AND name <> 'd1_migrations'",
      )
      .all();
    for (const { sql } of schema) await target.prepare(String(sql)).run();
    for (const { name } of schema.filter(({ type }) => type === 'table'))
      for (const row of source.prepare(`SELECT * FROM ${name}`).all()) {
        const columns = Object.keys(row);
        const values = columns.map((_, index) => `?${index + 1}`);
        const insert = `INSERT INTO ${name} (${columns.join(', ')}) VALUES (${values.join(', ')})`;
        await target
          .prepare(insert)
          .bind(...Object.values(row))
          .run();
      }
  } finally {
    source.close();
  }
}

async function seed(shard: D1Database, account: AccountPlan): Promise<void> {
  const byCollection = Map.groupBy(rowsOf(model, account), ({ resource }) => resource);
  for (const [collection, rows] of byCollection)
    for (let from = 0; from < rows.length; from += ROWS_PER_INSERT)
      await insert(shard, account.account, collection, rows.slice(from, from + ROWS_PER_INSERT));
}

async function insert(
  shard: D1Database,
  account: string,
  collection: CollectionName,
  rows: readonly object[],
): Promise<void> {
  await shard
    .prepare(
      `INSERT INTO ${collection} (account_id, entity_id, _version, body) ` +
        "SELECT ?1, value ->> 'id', 1, value ->> 'body' FROM json_each(?2)",
    )
    .bind(account, JSON.stringify(rows))
    .run();
}
