import { join } from 'node:path';
import { z } from 'zod';
import { changesDocuments, defineSystem } from '../../index.ts';

const Item = z.looseObject({ id: z.string() }).transform(({ id, ...body }) => ({ id, body }));
const Page = z.object({ items: z.array(Item), next: z.string().nullable() });
const json = ({ body }: { body: unknown }): unknown => body;

/** A second system, for tests (notebook-worker.ts): nothing of the engine may know more of it than stands here. */
export const notebook = defineSystem({
  name: 'notebook',
  worker: {
    config: join(import.meta.dirname, 'wrangler.jsonc'),
    vars: { SECRET: 'secret-of-the-notebook' },
  },
  accounts: {
    async open(name, { http }) {
      const body = JSON.stringify({ name });
      const { status, headers } = await http({ method: 'POST', path: '/sign-up', headers: {}, body });
      const cookie = /^notebook=([^;]+)/.exec(headers['set-cookie'] ?? '')?.[1];
      if (!cookie) throw new Error(`the sign-up of ${name} was answered with ${status} and no cookie`);
      return cookie;
    },
  },
  request: {
    identify: (token) => ({ cookie: `notebook=${token}` }),
    bookmarkHeader: 'x-notebook-position',
  },
  resources: {
    notes: { ids: 'server', indexed: ['title'], document: (mark) => ({ title: mark, text: mark }) },
    tags: {
      ids: 'server',
      indexed: ['noteId'],
      parent: { resource: 'notes', field: 'noteId' },
      document: (mark) => ({ noteId: mark, label: mark }),
      routes: { patch: false, delete: false },
    },
  },
  routes: {
    read: { method: 'GET', path: '/api/:resource/:id' },
    create: { method: 'POST', path: '/api/:resource', json },
    patch: { method: 'PATCH', path: '/api/:resource/:id', json },
    delete: { method: 'DELETE', path: '/api/:resource/:id' },
    list: {
      method: 'GET',
      path: '/api/:resource',
      search: ({ filter, limit, cursor: after }) => ({
        ...(filter && { [filter.field]: 'is' in filter ? filter.is : filter.prefix }),
        ...{ limit, after },
      }),
    },
  },
  answer({ status, headers }, reply, operation) {
    const bookmark = headers['x-notebook-position'];
    if (status >= 500)
      return { outcome: changesDocuments(operation) ? 'unknown' : 'refused', documents: [], bookmark };
    if (status >= 400) return { outcome: status === 404 ? 'absent' : 'refused', documents: [], bookmark };
    if (operation.kind !== 'list') return { outcome: 'ok', documents: [Item.parse(reply)], bookmark };
    const { items, next } = Page.parse(reply);
    return { outcome: 'ok', documents: items, cursor: next, bookmark };
  },
  promises: ['sessions', 'never-stored'],
  mutations: {
    folder: join(import.meta.dirname, 'mutations'),
    worker: { folder: import.meta.dirname, entry: 'notebook-worker.ts' },
  },
});

export default notebook;
