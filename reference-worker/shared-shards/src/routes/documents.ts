import { type Context, Hono } from 'hono';
import { setMetric } from 'hono/timing';
import * as z from 'zod';
import { collectionParam, DOCUMENT_ID, idParam } from '../collections.ts';
import { type CacheKey, dropFromCache, fillCache, readCache } from '../document-cache.ts';
import { Body, bodyJsonOf, envelope, etagOf, firstDocument, type StoredDocument } from '../documents.ts';
import type { App, Ctx } from '../env.ts';
import { parseJson } from '../lossless-json.ts';
import { applyMutations, type Mutation } from '../mutations.ts';
import { readPrecondition, writePrecondition } from '../preconditions.ts';
import { Problem } from '../problem.ts';
import { readDocument } from '../statements.ts';

const Create = z.strictObject({ id: z.string().regex(DOCUMENT_ID), body: Body });
const Write = z.strictObject({ body: Body });

type DocumentCtx = Context<App, '/:collection/:id'>;

/** One document: create, read, replace, patch, delete. */
export const documents = new Hono<App>()
  .post('/:collection', async (c) => {
    const collection = collectionParam(c.req.param('collection'));
    const { id, body } = await parseJson(c.req.raw, Create);
    const precondition = { kind: 'none' } as const;
    return write(c, { op: 'create', collection, id, bodyJson: bodyJsonOf(body), precondition });
  })
  .get('/:collection/:id', async (c) => {
    const key = keyOf(c);
    const document = await readThroughCache(c, key);
    if (!document) throw new Problem('not_found', `There is no ${key.collection}/${key.id}.`);
    const headers = { etag: etagOf(document.version) };
    switch (readPrecondition(document.version, c.req.header('if-match'), c.req.header('if-none-match'))) {
      case 'failed':
        throw new Problem('precondition_failed', `The version of ${key.id} is ${document.version}.`);
      case 'not-modified':
        return c.body(null, 304, headers);
      case 'send':
        return c.body(envelope(document), 200, { ...headers, 'content-type': 'application/json' });
    }
  })
  .put('/:collection/:id', async (c) => write(c, await mutation(c, 'put')))
  .patch('/:collection/:id', async (c) => write(c, await mutation(c, 'patch')))
  .delete('/:collection/:id', async (c) => write(c, await mutation(c, 'delete')));

function keyOf(c: DocumentCtx): CacheKey {
  const collection = collectionParam(c.req.param('collection'));
  return { account: c.var.account, collection, id: idParam(c.req.param('id')) };
}

async function mutation(c: DocumentCtx, op: 'put' | 'patch' | 'delete'): Promise<Mutation> {
  const { collection, id } = keyOf(c);
  const precondition = writePrecondition(op, c.req.header('if-match'), c.req.header('if-none-match'));
  const bodyJson = op === 'delete' ? '' : bodyJsonOf((await parseJson(c.req.raw, Write)).body);
  return { op, collection, id, bodyJson, precondition };
}

async function write(c: Ctx, mutation: Mutation): Promise<Response> {
  const [result] = await applyMutations(c.var.store, [mutation]);
  if (!result) throw new Error('applyMutations answered no result for one mutation');
  const kv = c.env.CACHE;
  if (kv) c.executionCtx.waitUntil(dropFromCache(kv, { account: c.var.account, ...mutation }));
  const headers = { etag: etagOf(result.version) };
  if (mutation.op === 'delete') return c.body(null, 204, headers);
  const created = mutation.op !== 'patch' && result.created;
  return c.json({ id: result.id, _version: result.version }, created ? 201 : 200, {
    ...headers,
    ...(created && { location: `/v1/${mutation.collection}/${mutation.id}` }),
  });
}

/**
 * The rules of B5: a request without a bookmark, or with one that the entry satisfies, may be answered by KV;
 * a bookmark that did not verify asks for the primary, which KV is not.
 */
async function readThroughCache(c: Ctx, key: CacheKey): Promise<StoredDocument | undefined> {
  const { CACHE: kv, SEAL_SECRET: secret } = c.env;
  const { store } = c.var;
  const mayUseCache = kv && store.start.constraint !== 'first-primary';
  if (mayUseCache) {
    const startMs = performance.now();
    const entry = await readCache(kv, secret, key);
    setMetric(c, 'kv', performance.now() - startMs);
    c.set('cacheOutcome', entry === 'failed' ? 'bypass' : 'miss');
    const wanted = store.start.bookmark;
    if (typeof entry === 'object' && (wanted === undefined || entry.bookmark >= wanted)) {
      c.set('cacheOutcome', 'hit');
      store.advanceTo(entry.bookmark);
      return entry.document;
    }
  }
  const document = firstDocument(await store.read(readDocument(key.collection, key.id)));
  const bookmark = store.bookmark();
  if (kv && document && bookmark)
    c.executionCtx.waitUntil(fillCache(kv, secret, key, { document, bookmark }));
  return document;
}
