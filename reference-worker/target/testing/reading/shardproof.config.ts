import { credentials, defineSystem, rest } from '../../index.ts';
import { journey, objectives } from './journey.ts';

type Sent = { readonly id: string; readonly body: object };
const position = {
  method: 'PUT',
  path: '/syncs/progress',
  json: ({ id, body }: Sent) => ({ document: id, ...body }),
};
const sitting = { method: 'POST', path: '/syncs/statistics/:id', json: ({ body }: Sent) => body };

export default defineSystem({
  name: 'reading',
  journey,
  objectives,
  data: new URL('./documents.ts', import.meta.url),
  worker: { config: 'wrangler.jsonc' },
  accounts: {
    async open(username, { http }) {
      const body = JSON.stringify({ username, password: `key-of-${username}` });
      await http({ method: 'POST', path: '/users/create', headers: {}, body });
      return `${username} key-of-${username}`;
    },
  },
  request: { identify: credentials((user, key) => ({ 'x-auth-user': user, 'x-auth-key': key })) },
  ...rest({ path: '/syncs/:resource', id: 'document', without: ['list', 'create', 'patch', 'delete'] }),
  resources: {
    progress: {
      document: (word) => ({ progress: word, percentage: 0.5, device: word }),
      routes: { put: position, create: position },
    },
    statistics: {
      document: (word) => ({ device: word, page: 1, seconds: 60 }),
      grows: true,
      routes: { put: false, create: sitting, patch: sitting },
    },
  },
  promises: ['sessions', 'no-lost-changes', 'never-stored'],
});
