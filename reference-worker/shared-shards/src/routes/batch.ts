import { Hono } from 'hono';
import * as z from 'zod';
import { DOCUMENT_ID, isCollection } from '../collections.ts';
import { dropFromCache } from '../document-cache.ts';
import { Body, bodyJsonOf } from '../documents.ts';
import type { App } from '../env.ts';
import { BATCH_MAX_OPERATIONS } from '../limits.ts';
import { parseJson } from '../lossless-json.ts';
import { applyMutations, type Mutation } from '../mutations.ts';
import { writePrecondition } from '../preconditions.ts';

const where = {
  collection: z.string().refine(isCollection, 'must be groups, users, clients, finances or notes'),
  id: z.string().regex(DOCUMENT_ID),
};
const conditions = { ifMatch: z.string().optional(), ifNoneMatch: z.string().optional() };

const Operation = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('create'), ...where, body: Body }),
  z.strictObject({ op: z.enum(['put', 'patch']), ...where, ...conditions, body: Body }),
  z.strictObject({ op: z.literal('delete'), ...where, ...conditions }),
]);
type Operation = z.infer<typeof Operation>;

const Batch = z.strictObject({ operations: z.array(Operation).min(1).max(BATCH_MAX_OPERATIONS) });

/** Several documents of one account in one transaction: all of the operations happen, or none. */
export const batch = new Hono<App>().post('/batch', async (c) => {
  const { operations } = await parseJson(c.req.raw, Batch);
  const mutations = operations.map(mutationOf);
  const results = await applyMutations(c.var.store, mutations);
  const kv = c.env.CACHE;
  if (kv) {
    const drops = mutations.map(({ collection, id }) =>
      dropFromCache(kv, { account: c.var.account, collection, id }),
    );
    c.executionCtx.waitUntil(Promise.all(drops));
  }
  return c.json({ results: results.map(({ id, version }) => ({ id, _version: version })) });
});

function mutationOf(operation: Operation): Mutation {
  const { op, collection, id } = operation;
  return {
    op,
    collection,
    id,
    bodyJson: op === 'delete' ? '' : bodyJsonOf(operation.body),
    precondition:
      op === 'create' ? { kind: 'none' } : writePrecondition(op, operation.ifMatch, operation.ifNoneMatch),
  };
}
