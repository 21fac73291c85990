import { join } from 'node:path';
import { z } from 'zod';
import { changesDocuments, defineSystem, PROMISE_NAMES, parsedJson, type Write } from '../target/index.ts';
import { deploy } from './deployment.ts';
import { journey } from './journey.ts';
import { objectives } from './objectives.ts';
import { accounts, placements } from './placements.ts';

const Body = z.record(z.string(), z.unknown());
const Document = z
  .object({ id: z.string(), _version: z.int(), body: Body.optional() })
  .transform(({ id, _version: version, body }) => ({ id, version, body }));
const Reply = z.object({
  items: z.array(Document).optional(),
  results: z.array(Document).optional(),
  cursor: z.string().nullish(),
  code: z.string().optional(),
  definite: z.boolean().optional(),
});
const Cache = z.enum(['hit', 'miss', 'bypass', 'off']).optional();

const Claims = z.object({ acct: z.string(), exp: z.number() });

const json = ({ body }: { body: unknown }) => ({ body });

/** The contract's word for a resource is a collection. */
const inBatch = ({ kind: op, resource: collection, ...write }: Write) => ({ op, collection, ...write });

/** The reference Worker (reference-worker/shared-shards/README.md): its HTTP contract, its limits, what it promises. */
export const system = defineSystem({
  name: 'shared-shards',
  journey,
  objectives,
  placements,
  data: new URL('./data/model.ts', import.meta.url),
  resources: {
    clients: { indexed: ['surname', 'postcode', 'groupId'] },
    finances: {
      indexed: ['clientId', 'reviewOn'],
      parent: { resource: 'clients', field: 'clientId', joined: true },
    },
    notes: { indexed: ['clientId', 'authorId'], parent: { resource: 'clients', field: 'clientId' } },
    users: { indexed: ['email', 'surname', 'groupId'] },
    groups: { indexed: ['name'] },
  },
  worker: deploy,
  accounts,
  request: {
    identify: (token) => ({ authorization: `Bearer ${token}` }),
    readToken(token) {
      const payload = /^[\w-]+\.([\w-]+)\.[\w-]+$/.exec(token)?.[1] ?? '';
      const claims = Claims.safeParse(parsedJson(Buffer.from(payload, 'base64url').toString())).data;
      return claims && { account: claims.acct, expiresAtMs: claims.exp * 1_000 };
    },
    bookmarkHeader: 'x-d1-bookmark',
    etagOf: (version) => `"${version}"`,
  },
  promises: PROMISE_NAMES,
  mutations: {
    folder: join(import.meta.dirname, 'mutations'),
    worker: { folder: join(import.meta.dirname, 'src'), entry: 'index.ts' },
  },
  // Each with what forces it.
  limits: {
    // A D1 row holds 2,000,000 bytes (developers.cloudflare.com/d1/platform/limits); ids and indexed fields take the rest.
    bodyMaxBytes: 1_980_000,
    // A Worker holds several requests in its 128 MB (developers.cloudflare.com/workers/platform/limits).
    requestMaxBytes: 8_000_000,
    // Two statements each; D1 allows 1,000 queries per invocation and 30 s for the batch (same page as the row).
    batchMaxOperations: 50,
    // 100 bodies of the largest size already exceed the memory; clients read page by page.
    listMaxItems: 100,
    listDefaultItems: 20,
    // A KV key holds 512 bytes: account, collection and id (developers.cloudflare.com/kv/platform/limits).
    idMaxLength: 128,
    // Cursors carry the field, in a URL.
    indexedFieldMaxLength: 200,
    // D1's LIKE pattern holds 50 bytes (same page as the row), the closing % among them.
    prefixMaxBytes: 49,
    // As D1 itself tries (developers.cloudflare.com/d1/best-practices/retry-queries).
    readAttempts: 3,
    // In memory of each isolate, so that most requests need not ask the account database.
    accountTtlMs: 5_000,
  },
  routes: {
    read: { method: 'GET', path: '/v1/:resource/:id' },
    put: { method: 'PUT', path: '/v1/:resource/:id', json },
    patch: { method: 'PATCH', path: '/v1/:resource/:id', json },
    delete: { method: 'DELETE', path: '/v1/:resource/:id' },
    create: { method: 'POST', path: '/v1/:resource', json: ({ id, body }) => ({ id, body }) },
    batch: { method: 'POST', path: '/v1/batch', json: ({ writes }) => ({ operations: writes.map(inBatch) }) },
    join: {
      method: 'GET',
      path: '/v1/clients/:id/finances',
      search: ({ limit, cursor }) => ({ limit, cursor }),
    },
    list: {
      method: 'GET',
      path: '/v1/:resource',
      search: ({ filter, sort, limit, cursor }) => ({
        ...(filter &&
          ('is' in filter ? { [filter.field]: filter.is } : { [`${filter.field}.prefix`]: filter.prefix })),
        ...{ sort, limit, cursor },
      }),
    },
  },
  answer({ status, headers }, reply, operation) {
    const {
      items,
      results,
      cursor,
      code,
      definite = !changesDocuments(operation),
    } = Reply.parse(reply ?? {});
    const isOk = status < 400;
    const deleted = operation.kind === 'delete' && {
      id: operation.id,
      _version: Number(headers.etag?.replaceAll('"', '')),
    };
    const single = () =>
      isOk && status !== 304 && (deleted || reply !== undefined) ? [Document.parse(deleted || reply)] : [];
    return {
      outcome: isOk ? 'ok' : code === 'not_found' ? 'absent' : definite ? 'refused' : 'unknown',
      documents: items ?? results ?? single(),
      cursor,
      ...{ code, etag: headers.etag, bookmark: headers['x-d1-bookmark'] },
      servedBy: /d1;[^,]*desc="([^"]+)"/.exec(headers['server-timing'] ?? '')?.[1],
      cache: Cache.parse(headers['x-cache']),
    };
  },
});

export default system;
