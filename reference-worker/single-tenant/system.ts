import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { cookie, cookiesIn, defineSystem, type Hands, rest } from '../target/index.ts';
import { tillJourney, tillObjectives } from './journey.ts';

/** What the till of a shop signs in with here, where no till is. */
const keyOf = (shop: string): string => `key-of-the-till-of-${shop}`;

/** Secrets are each shop's own: a session of one is worth nothing at another (C3). */
const shop = (slug: string) => ({
  BASE_DOMAIN: 'localhost',
  SESSION_SECRET: `sessions-of-${slug}`,
  WEBHOOK_SECRET: `webhooks-of-${slug}`,
});

/** Staff and its key are made as whoever opens the shop would make them. */
async function open(name: string, { http, sql }: Hands): Promise<string> {
  const sha256 = createHash('sha256').update(keyOf(name)).digest('hex');
  const staff =
    "INSERT INTO staff (id, name, role, note) VALUES ('owner', 'Owner', 'owner', '') ON CONFLICT DO NOTHING";
  await sql('DB', staff);
  await sql('DB', "INSERT INTO staff_key (sha256, staff_id) VALUES (?1, 'owner') ON CONFLICT DO NOTHING", [
    sha256,
  ]);
  const body = JSON.stringify({ key: keyOf(name) });
  const response = await http({ method: 'POST', path: '/sign-in', headers: {}, body });
  const token = cookiesIn(response)['__Host-session'];
  if (!token) throw new Error(`the sign-in at ${name} was answered with ${response.status} and no cookie`);
  return token;
}

const Problem = z.object({ definite: z.boolean() });

const till = rest({ path: '/api/:resource', items: 'items', page: { next: 'next', parameter: 'after' } });

/** One shop, one deployment (reference-worker/single-tenant/README.md): the tenant is in no request, and in no table. */
export const system = defineSystem({
  name: 'single-tenant',
  journey: tillJourney,
  objectives: tillObjectives,
  data: new URL('./data.ts', import.meta.url),
  worker: { config: 'wrangler.jsonc', environments: { elm: shop('elm'), 'elm-row': shop('elm-row') } },
  accounts: { open },
  request: { identify: cookie('__Host-session'), bookmarkHeader: 'x-position' },
  // What an error says of a write counts, whatever its status.
  answer(response, reply, operation) {
    const answer = till.answer(response, reply, operation);
    const isDefinite = Problem.safeParse(reply).data?.definite;
    return answer.outcome === 'unknown' && isDefinite ? { ...answer, outcome: 'refused' } : answer;
  },
  routes: {
    ...till.routes,
    create: { method: 'POST', path: '/api/:resource', json: ({ id, body }) => ({ id, ...body }) },
  },
  resources: {
    customers: {
      indexed: ['name', 'email', 'postcode'],
      document: (word) => ({ name: word, email: word, postcode: word, note: word }),
    },
    staff: { indexed: ['name'], document: (word) => ({ name: word, role: 'sales', note: word }) },
    inventory: {
      indexed: ['sku', 'title'],
      document: (word) => ({ sku: word, title: word, pricePence: 499, stock: 12, note: word }),
    },
    sales: {
      indexed: ['customerId', 'staffId', 'soldAt'],
      parent: { resource: 'customers', field: 'customerId' },
      document: (word) => ({ customerId: word, staffId: word, soldAt: word, note: word }),
    },
    lines: {
      indexed: ['saleId', 'itemId'],
      parent: { resource: 'sales', field: 'saleId' },
      document: (word) => ({ saleId: word, itemId: word, quantity: 2, pricePence: 499, note: word }),
    },
    appointments: {
      indexed: ['customerId', 'startsAt'],
      parent: { resource: 'customers', field: 'customerId' },
      document: (word) => ({ customerId: word, startsAt: word, note: word }),
    },
  },
  limits: {
    // Room for a name in a URL and in an index entry.
    idMaxLength: 128,
    indexedFieldMaxLength: 200,
    listMaxItems: 100,
    listDefaultItems: 20,
  },
  promises: [
    'sessions',
    'no-lost-changes',
    'tenant-hosts',
    'unique-ids',
    'http-semantics',
    'stable-pages',
    'indexed-lists',
    'strict-queries',
    'never-stored',
    'problem-documents',
  ],
  mutations: {
    folder: join(import.meta.dirname, 'mutations'),
    worker: { folder: join(import.meta.dirname, 'src'), entry: 'index.ts' },
  },
});

export default system;
