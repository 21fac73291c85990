import { join } from 'node:path';
import { serializeSigned } from 'hono/utils/cookie';
import { z } from 'zod';
import { changesDocuments, defineSystem } from '../../../reference-worker/target/index.ts';
import { SCHEMA } from './cabinet-statements.ts';

const SECRET = 'secret-of-the-cabinet';

const File = z
  .object({ name: z.string(), revision: z.int(), content: z.record(z.string(), z.unknown()).optional() })
  .transform(({ name, revision, content }) => ({ id: name, version: revision, body: content }));
const Reply = z.object({
  files: z.array(File).optional(),
  more: z.string().nullish(),
  code: z.string().optional(),
  definite: z.boolean().optional(),
});

const json = ({ body }: { body: unknown }) => ({ content: body });

const CABINET_PROMISES = [
  'sessions',
  'versions',
  'tenant-hosts',
  'unique-ids',
  'http-semantics',
  'preconditions',
  'merge-patch',
  'stable-pages',
  'sealed-cursors',
  'sealed-bookmarks',
  'sorted-lists',
  'strict-queries',
  'never-stored',
  'problem-documents',
] as const;

/** The cabinet (cabinet-worker.ts). It has neither batches nor joins. */
export const cabinet = defineSystem({
  name: 'cabinet',
  mutations: {
    folder: join(import.meta.dirname, 'mutations'),
    worker: { folder: import.meta.dirname, entry: 'cabinet-worker.ts' },
  },
  worker: {
    entry: join(import.meta.dirname, 'cabinet-worker.ts'),
    databases: { DB: SCHEMA },
    vars: { SECRET, BASE_DOMAIN: 'localhost' },
  },
  // The cookie's value: the account and a signature.
  accounts: {
    open: async (name) => (await serializeSigned('session', name, SECRET)).slice('session='.length),
  },
  resources: {
    clients: { indexed: ['surname', 'postcode', 'groupId'] },
    finances: {
      indexed: ['clientId', 'reviewOn'],
      parent: { resource: 'clients', field: 'clientId' },
    },
    notes: { indexed: ['clientId', 'authorId'], parent: { resource: 'clients', field: 'clientId' } },
    users: { indexed: ['email', 'surname', 'groupId'] },
    groups: { indexed: ['name'] },
  },
  promises: CABINET_PROMISES,
  request: {
    identify: (token) => ({ cookie: `session=${token}` }),
    bookmarkHeader: 'x-position',
    etagOf: (version) => `"r${version}"`,
  },
  routes: {
    read: { method: 'GET', path: '/cabinet/:resource/:id' },
    put: { method: 'PUT', path: '/cabinet/:resource/:id', json },
    patch: { method: 'PATCH', path: '/cabinet/:resource/:id', json },
    delete: { method: 'DELETE', path: '/cabinet/:resource/:id' },
    create: {
      method: 'POST',
      path: '/cabinet/:resource',
      json: ({ id, body }) => ({ name: id, content: body }),
    },
    list: {
      method: 'GET',
      path: '/cabinet/:resource',
      search: ({ filter, sort, limit, cursor }) => ({
        ...(filter &&
          ('is' in filter ? { [filter.field]: filter.is } : { [`${filter.field}*`]: filter.prefix })),
        ...{ sort, limit, from: cursor },
      }),
    },
  },
  answer({ status, headers }, reply, operation) {
    const { files, more, code, definite = !changesDocuments(operation) } = Reply.parse(reply ?? {});
    const isOk = status < 400;
    return {
      outcome: isOk ? 'ok' : code === 'no_such_file' ? 'absent' : definite ? 'refused' : 'unknown',
      documents: files ?? (isOk && reply !== undefined ? [File.parse(reply)] : []),
      cursor: more,
      code,
      etag: headers.etag,
      bookmark: headers['x-position'],
    };
  },
});

export default cabinet;
