import { z } from 'zod';
import { type Adapter, changesDocuments } from '../../../reference-worker/target/contract/index.ts';

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
  'sealed-cursors',
  'sealed-bookmarks',
  'sorted-lists',
  'strict-queries',
  'never-stored',
  'problem-documents',
] as const;

/** The cabinet's dialect (cabinet-worker.ts). It has neither batches nor joins. */
export const adapter: Adapter = {
  name: 'cabinet',
  promises: CABINET_PROMISES,
  bookmarkHeader: 'x-position',
  routes: {
    read: { method: 'GET', path: '/cabinet/:collection/:id' },
    put: { method: 'PUT', path: '/cabinet/:collection/:id', json },
    patch: { method: 'PATCH', path: '/cabinet/:collection/:id', json },
    delete: { method: 'DELETE', path: '/cabinet/:collection/:id' },
    create: {
      method: 'POST',
      path: '/cabinet/:collection',
      json: ({ id, body }) => ({ name: id, content: body }),
    },
    list: {
      method: 'GET',
      path: '/cabinet/:collection',
      search: ({ filter, sort, limit, cursor }) => ({
        ...(filter &&
          ('is' in filter ? { [filter.field]: filter.is } : { [`${filter.field}*`]: filter.prefix })),
        ...{ sort, limit, from: cursor },
      }),
    },
  },
  etagOf: (version) => `"r${version}"`,
  identify: (token) => ({ cookie: `session=${token}` }),
  decode({ status, headers }, reply, operation) {
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
};
