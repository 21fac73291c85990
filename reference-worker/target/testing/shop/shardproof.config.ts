import { bearer, defineSystem, form, rest } from '../../index.ts';
import { journey, objectives } from './journey.ts';

export default defineSystem({
  name: 'shop',
  journey,
  objectives,
  data: new URL('./documents.ts', import.meta.url),
  worker: { config: 'wrangler.jsonc' },
  accounts: {
    async open(name, { sql }) {
      const insert = 'INSERT INTO customer (name, key) VALUES (?1, ?2) ON CONFLICT DO NOTHING';
      await sql('DB', insert, [name, `key-of-${name}`]);
      return `key-of-${name}`;
    },
  },
  request: { identify: bearer, bookmarkCookie: 'position' },
  ...rest({
    path: '/:resource',
    without: ['put'],
    items: 'items',
    page: { next: 'next', parameter: 'after' },
  }),
  resources: {
    items: {
      ids: 'server',
      indexed: ['title'],
      unique: 'sku',
      document: (word) => ({ sku: word, title: word, note: word }),
      routes: {
        create: form('/items'),
        patch: { method: 'PATCH', path: '/items/:id', json: ({ body: { sku, ...change } }) => change },
        delete: form('/items/:id/remove'),
      },
    },
  },
  promises: ['sessions', 'no-lost-changes', 'never-stored'],
});
