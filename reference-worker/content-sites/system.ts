import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { credentials, defineSystem, rest } from '../target/index.ts';
import { readersJourney, readersObjectives } from './journey.ts';

export const SESSION_SECRET = 'secret-of-the-sign-in';
const BASE_DOMAIN = 'sites.example.com';

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The session cookie that a sign-in by e-mail gives: a JSON Web Token, signed with HMAC (RFC 7519). */
export function ownerSession(email: string): string {
  const exp = Math.floor(Date.now() / 1_000) + 86_400 * 30;
  const unsigned = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url({ email, exp })}`;
  return `${unsigned}.${createHmac('sha256', SESSION_SECRET).update(unsigned).digest('base64url')}`;
}

/** Sites of many tenants on one deployment (reference-worker/content-sites/README.md). */
export const system = defineSystem({
  name: 'content-sites',
  data: new URL('./documents.ts', import.meta.url),
  journey: readersJourney,
  objectives: readersObjectives,
  worker: {
    config: 'wrangler.jsonc',
    // Checks write more in a minute than people do; the budget itself is shown by this Worker's tests.
    vars: { SESSION_SECRET, ROUTER_SECRET: 'secret-of-the-router', WRITES_A_MINUTE: '1000000' },
  },
  accounts: {
    async open(name, { sql }) {
      const email = `owner@${name}.example`;
      await sql('DB', 'INSERT INTO tenant (id, owner_email) VALUES (?1, ?2) ON CONFLICT DO NOTHING', [
        name,
        email,
      ]);
      return `${name}.${BASE_DOMAIN} ${ownerSession(email)}`;
    },
  },
  request: { identify: credentials((host, session) => ({ host, cookie: `session=${session}` })) },
  ...rest({
    path: '/admin/:resource',
    without: ['create'],
    items: 'items',
    page: { next: 'next', parameter: 'after' },
  }),
  resources: {
    posts: {
      indexed: ['title'],
      document: (word) => ({ title: word, text: word, status: 'published' }),
      hidden: { status: 'draft' },
    },
    pages: {
      indexed: ['title'],
      document: (word) => ({ title: word, text: word, status: 'published' }),
      hidden: { status: 'draft' },
    },
    settings: { document: (word) => ({ value: word }), routes: { list: false, patch: false } },
  },
  visitors: {
    reach: (token) => ({ host: token.split(' ')[0] ?? '' }),
    // D3: entries in KV carry the time of their fill, so that KV's own propagation adds nothing (D11).
    views: {
      post: { resource: 'posts', path: '/posts/:id', withinMs: 300_000 },
      home: { resource: 'posts', path: '/', withinMs: 60_000 },
      search: { resource: 'posts', path: '/search?q=:word', withinMs: 0 },
      page: { resource: 'pages', path: '/pages/:id', withinMs: 300_000 },
      name: { resource: 'settings', id: 'title', path: '/', withinMs: 300_000 },
    },
    hostnames: {
      take: (hostname) => ({ method: 'PUT', path: `/admin/domains/${hostname}`, headers: {} }),
      giveUp: (hostname) => ({ method: 'DELETE', path: `/admin/domains/${hostname}`, headers: {} }),
      withinMs: 300_000,
    },
    // What a new tenant's plan allows.
    limit: { views: 300, perMs: 60_000 },
  },
  promises: ['sessions', 'no-lost-changes', 'stable-pages', 'never-stored'],
  mutations: {
    folder: join(import.meta.dirname, 'mutations'),
    worker: { folder: join(import.meta.dirname, 'src'), entry: 'index.ts' },
  },
});

export default system;
