import { join } from 'node:path';
import { sign } from 'hono/jwt';
import { cookie, defineSystem, rest, type SystemInput } from '../target/index.ts';
import { pathOf, SEAL_SECRET, tokenOf, zoneOf } from './api.ts';
import { dashboardJourney, dashboardObjectives } from './journey.ts';
import { seal } from './src/seal.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const SESSION_SECRET = 'secret of the sessions of a test';

const upstream = {
  name: 'UPSTREAM',
  ownTokens: true,
  change: (account: string, id: string, mark: string) => ({
    ...{ method: 'PUT', path: pathOf(zoneOf(account), id), body: JSON.stringify({ value: mark }) },
  }),
};

/** What both forms of the Worker have in common: settings of customers, kept in step with an upstream. */
export const common = {
  journey: dashboardJourney,
  objectives: dashboardObjectives,
  data: new URL('./data.ts', import.meta.url),
  request: { identify: cookie('session') },
  ...rest({ path: '/api/:resource', without: ['create', 'patch', 'delete'], items: 'items' }),
  resources: { settings: { document: (mark: string) => ({ value: mark }) } },
  accounts: {
    async open(name, { sql }) {
      const insert = `INSERT INTO customer_zones (customer_id, zone_id, sealed_token) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING`;
      await sql('DB', insert, [name, zoneOf(name), await seal(tokenOf(zoneOf(name)), name, SEAL_SECRET)]);
      return sign({ sub: name, exp: Math.floor(Date.now() / 1_000) + 30 * 86_400 }, SESSION_SECRET, 'HS256');
    },
  },
  promises: ['never-stored'],
} satisfies Partial<SystemInput>;

export const worker = {
  vars: { SESSION_SECRET, SEAL_SECRET },
  upstreams: {
    UPSTREAM: {
      module: join(import.meta.dirname, 'api.ts'),
      budget: { calls: 1_200, withinMs: 5 * MINUTE_MS },
    },
  },
};

/** The lean form: see README.md, which also says what is promised and why no less. */
export const system = defineSystem({
  ...common,
  name: 'synced-settings',
  worker: { ...worker, config: 'wrangler.jsonc' },
  copies: {
    settings: {
      ...{ documents: 5_000_000, perAccount: 50, perCall: 50, upstream },
      refresh: {
        ...{ cron: '*/5 * * * *', everyMs: 5 * MINUTE_MS },
        ...{ documentsPerRun: 36_250, olderThanMs: HOUR_MS },
      },
      look: { olderThanMs: HOUR_MS, accountsPerHour: 1_100 },
      budget: { calls: 1_000, withinMs: 5 * MINUTE_MS },
      freshWithinMs: 12 * HOUR_MS,
    },
  },
  mutations: {
    folder: join(import.meta.dirname, 'mutations'),
    worker: { folder: join(import.meta.dirname, 'src'), entry: 'index.ts' },
  },
});

export default system;
