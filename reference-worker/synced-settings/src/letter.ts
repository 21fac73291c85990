import { appOf, Refusal } from './app.ts';
import type { Env } from './env.ts';
import { keepOne, zoneOf } from './settings.ts';
import { change, readAll, readOne, type Zone } from './upstream.ts';

/**
 * The same Worker as its source describes it, to the letter: up to 100 entries a run, one call for each (E4), no coalescing and no
 * count of calls. It is here to be measured against the lean one.
 */

const PAGE_OLDER_THAN_MS = 60 * 60_000;
const JOB_OLDER_THAN_MS = 15 * 60_000;
const ENTRIES_PER_RUN = 100;

interface Entry extends Zone {
  readonly toggle_id: string;
}

const ENTRIES = `SELECT toggle_id, customer_id, zone_id, sealed_token FROM settings JOIN customer_zones USING (customer_id)
  WHERE last_synced_at < ?1`;

async function refresh(env: Env, entry: Entry): Promise<void> {
  await keepOne(env.DB, entry.customer_id, await readOne(env, entry, entry.toggle_id));
}

const app = appOf({
  async looked(env, customer) {
    const old = await env.DB.prepare(`${ENTRIES} AND settings.customer_id = ?2`)
      .bind(Date.now() - PAGE_OLDER_THAN_MS, customer)
      .all<Entry>();
    for (const entry of old.results) await refresh(env, entry);
    const known = await env.DB.prepare('SELECT 1 FROM settings WHERE customer_id = ?1')
      .bind(customer)
      .first();
    const zone = await zoneOf(env.DB, customer);
    // The source begins with a copy that is there; here the first look makes it.
    if (!known && zone)
      for (const setting of await readAll(env, zone)) await keepOne(env.DB, customer, setting);
  },
  async changed(env, customer, id, value) {
    const zone = await zoneOf(env.DB, customer);
    if (!zone) throw new Refusal(404, 'There is no zone of this customer.');
    await keepOne(env.DB, customer, await change(env, zone, id, value));
  },
});

export default {
  fetch: app.fetch,
  async scheduled(_controller, env) {
    const due = await env.DB.prepare(`${ENTRIES} ORDER BY last_synced_at LIMIT ?2`)
      .bind(Date.now() - JOB_OLDER_THAN_MS, ENTRIES_PER_RUN)
      .all<Entry>();
    for (const entry of due.results) await refresh(env, entry);
  },
} satisfies ExportedHandler<Env>;
