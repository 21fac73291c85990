import { cookiesIn, credentials, defineSystem, errorsIn, formBody, rest } from '../../index.ts';
import { journey, objectives } from './journey.ts';

export default defineSystem({
  name: 'memos',
  journey,
  objectives,
  data: new URL('./documents.ts', import.meta.url),
  worker: { config: 'wrangler.jsonc', vars: { SECRET: 'secret-of-the-memos' } },
  accounts: {
    async open(name, { http }) {
      const path = '/sign-in';
      const { csrf = '' } = cookiesIn(await http({ method: 'GET', path, headers: {} }));
      const filled = formBody({ name, password: `password-of-${name}`, csrf });
      const signedIn = await http({
        method: 'POST',
        path,
        ...filled,
        headers: { ...filled.headers, cookie: `csrf=${csrf}` },
      });
      const { session } = cookiesIn(signedIn);
      if (!session) throw new Error(`the sign-in of ${name} was answered with ${signedIn.body}`);
      return `${csrf} ${session}`;
    },
  },
  request: {
    identify: credentials((csrf, session) => ({
      cookie: `session=${session}; csrf=${csrf}`,
      'x-csrf-token': csrf,
    })),
  },
  ...errorsIn('error', /not found/i, rest({ path: '/:resource', without: ['put'], items: 'memos' })),
  resources: {
    memos: { ids: 'server', indexed: ['title'], document: (word) => ({ title: word, text: word }) },
  },
  promises: ['no-lost-changes', 'never-stored'],
});
