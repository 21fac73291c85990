import { appOf, Refusal } from './app.ts';
import type { Env } from './env.ts';
import {
  expectChange,
  keepAll,
  keepOne,
  type Leased,
  leaseOldest,
  leaseOne,
  takeCalls,
  zoneOf,
} from './settings.ts';
import { change, readAll } from './upstream.ts';

/** E2: what is older than this when somebody looks is refreshed, after the answer. */
const LOOK_OLDER_THAN_MS = 60 * 60_000;
/** The schedule leaves alone what is younger. */
const SCHEDULE_OLDER_THAN_MS = 60 * 60_000;
/** E5: the upstream allows 1,200; the rest is room for clocks that differ. */
const CALLS_IN_FIVE_MINUTES = 1_000;
/** Customers in a run of every five minutes, one call each: what is left of the budget is for looks and changes. */
const CUSTOMERS_PER_RUN = 800;
/** A Worker has six connections waiting for headers (developers.cloudflare.com/workers/platform/limits). */
const AT_ONCE = 5;

async function refresh(env: Env, leased: Leased): Promise<void> {
  await keepAll(env.DB, leased, await readAll(env, leased));
}

const app = appOf({
  async looked(env, customer) {
    const leased = await leaseOne(env.DB, customer, LOOK_OLDER_THAN_MS);
    if (leased && (await takeCalls(env.DB, 1, CALLS_IN_FIVE_MINUTES))) await refresh(env, leased);
  },
  async changed(env, customer, id, value) {
    const zone = await zoneOf(env.DB, customer);
    if (!zone) throw new Refusal(404, 'There is no zone of this customer.');
    if (!(await takeCalls(env.DB, 1, CALLS_IN_FIVE_MINUTES)))
      throw new Refusal(503, 'The upstream takes no more calls for now; try again in some minutes.');
    await expectChange(env.DB, customer);
    await keepOne(env.DB, customer, await change(env, zone, id, value));
  },
});

export default {
  fetch: app.fetch,
  /** The oldest first. One that fails keeps its lease, and is tried again when that has ended. */
  async scheduled(_controller, env) {
    const due = await leaseOldest(env.DB, SCHEDULE_OLDER_THAN_MS, CUSTOMERS_PER_RUN);
    for (let at = 0; at < due.length; at += AT_ONCE) {
      const next = due.slice(at, at + AT_ONCE);
      if (!(await takeCalls(env.DB, next.length, CALLS_IN_FIVE_MINUTES))) return;
      await Promise.allSettled(next.map((leased) => refresh(env, leased)));
    }
  },
} satisfies ExportedHandler<Env>;
