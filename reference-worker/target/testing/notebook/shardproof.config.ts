import { cookie, defineSystem, rest } from '../../index.ts';
import { journey, objectives } from './journey.ts';

export default defineSystem({
  name: 'notebook',
  journey,
  objectives,
  data: new URL('./documents.ts', import.meta.url),
  // Its module, its D1 database with the migrations, and its vars are taken from there; secrets are not in it.
  worker: { config: 'wrangler.jsonc', vars: { SECRET: 'secret-of-the-notebook' } },
  accounts: {
    async open(name, { http }) {
      const body = JSON.stringify({ name });
      const { status, headers } = await http({ method: 'POST', path: '/sign-in', headers: {}, body });
      const [, token] = /^notebook=([^;]+)/.exec(headers['set-cookie'] ?? '') ?? [];
      if (!token) throw new Error(`the sign-in of ${name} was answered with ${status} and no cookie`);
      return token;
    },
  },
  request: { identify: cookie('notebook'), bookmarkHeader: 'x-notebook-position' },
  ...rest({
    path: '/api/:resource',
    without: ['put'],
    items: 'items',
    page: { next: 'next', parameter: 'after' },
  }),
  resources: {
    notes: { ids: 'server', indexed: ['title'], document: (word) => ({ title: word, text: word }) },
    tags: {
      ids: 'server',
      indexed: ['noteId'],
      parent: { resource: 'notes', field: 'noteId' },
      document: (word) => ({ noteId: word, label: word }),
      routes: { patch: false, delete: false },
    },
  },
  promises: ['sessions', 'never-stored'],
});
