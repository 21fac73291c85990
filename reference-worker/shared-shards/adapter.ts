import { z } from 'zod';
import { type Adapter, changesDocuments, PROMISES, type PromiseName } from '../target/contract/index.ts';
import { REFERENCE_LIMITS } from './limits.ts';

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

const isPromise = (name: string): name is PromiseName => Object.hasOwn(PROMISES, name);
const ALL_PROMISES = Object.keys(PROMISES).filter(isPromise);

const json = ({ body }: { body: unknown }) => ({ body });

/** The reference Worker's HTTP contract (reference-worker/shared-shards/README.md). */
export const adapter: Adapter = {
  name: 'reference',
  limits: REFERENCE_LIMITS,
  promises: ALL_PROMISES,
  bookmarkHeader: 'x-d1-bookmark',
  routes: {
    read: { method: 'GET', path: '/v1/:collection/:id' },
    put: { method: 'PUT', path: '/v1/:collection/:id', json },
    patch: { method: 'PATCH', path: '/v1/:collection/:id', json },
    delete: { method: 'DELETE', path: '/v1/:collection/:id' },
    create: { method: 'POST', path: '/v1/:collection', json: ({ id, body }) => ({ id, body }) },
    batch: {
      method: 'POST',
      path: '/v1/batch',
      json: ({ writes }) => ({ operations: writes.map(({ kind: op, ...write }) => ({ op, ...write })) }),
    },
    join: {
      method: 'GET',
      path: '/v1/clients/:clientId/finances',
      search: ({ limit, cursor }) => ({ limit, cursor }),
    },
    list: {
      method: 'GET',
      path: '/v1/:collection',
      search: ({ filter, sort, limit, cursor }) => ({
        ...(filter &&
          ('is' in filter ? { [filter.field]: filter.is } : { [`${filter.field}.prefix`]: filter.prefix })),
        ...{ sort, limit, cursor },
      }),
    },
  },
  etagOf: (version) => `"${version}"`,
  identify: (token) => ({ authorization: `Bearer ${token}` }),
  decode({ status, headers }, reply, operation) {
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
    const single = () => (isOk && status !== 304 ? [Document.parse(deleted || reply)] : []);
    return {
      outcome: isOk ? 'ok' : code === 'not_found' ? 'absent' : definite ? 'refused' : 'unknown',
      documents: items ?? results ?? single(),
      cursor,
      ...{ code, etag: headers.etag, bookmark: headers['x-d1-bookmark'] },
      servedBy: /d1;[^,]*desc="([^"]+)"/.exec(headers['server-timing'] ?? '')?.[1],
      cache: Cache.parse(headers['x-cache']),
    };
  },
};
