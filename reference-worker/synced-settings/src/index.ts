import { appOf, Refusal } from './app.ts';
import type { Env } from './env.ts';
import {
  expectChange,
  forgetCalls,
  isDue,
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
/** What the schedule and looks leave to changes, and what looks take at most: the rest is what the schedule needs for its promise. */
const LEFT_FOR_CHANGES = 150;
const CALLS_OF_LOOKS = 100;
/** A Worker has six connections waiting for headers (developers.cloudflare.com/workers/platform/limits). */
const AT_ONCE = 5;
/**
 * A run of every five minutes takes nearly all of them, one call for each of 725 customers: 100,000 take eleven and a half hours. Calls in
 * one heap would count for two runs, and the second would find none left.
 */
const BATCHES_PER_RUN = 145;
const BATCH_EVERY_MS = 2_000;

/** After this, an isolate asks again whether looks have calls left; until then a hundred looks cost no write. */
const ASK_AGAIN_MS = 10_000;
let noneLeftUntilMs = 0;

async function refresh(env: Env, leased: Leased): Promise<void> {
  await keepAll(env.DB, leased, await readAll(env, leased));
}

const app = appOf({
  async looked(env, customer, age) {
    if (!isDue(age, LOOK_OLDER_THAN_MS) || Date.now() < noneLeftUntilMs) return;
    const leased = await leaseOne(env.DB, customer, LOOK_OLDER_THAN_MS);
    if (!leased) return;
    const wanted = { calls: 1, most: CALLS_IN_FIVE_MINUTES - LEFT_FOR_CHANGES, mostOfLooks: CALLS_OF_LOOKS };
    if (await takeCalls(env.DB, wanted)) await refresh(env, leased);
    else noneLeftUntilMs = Date.now() + ASK_AGAIN_MS;
  },
  async changed(env, customer, id, value) {
    const zone = await zoneOf(env.DB, customer);
    if (!zone) throw new Refusal(404, 'There is no zone of this customer.');
    if (!(await takeCalls(env.DB, { calls: 1, most: CALLS_IN_FIVE_MINUTES })))
      throw new Refusal(503, 'The upstream takes no more calls for now; try again in some minutes.');
    await expectChange(env.DB, customer);
    await keepOne(env.DB, customer, await change(env, zone, id, value));
  },
});

export default {
  fetch: app.fetch,
  /** The oldest first. One that fails keeps its lease, and is tried again when that has ended. */
  async scheduled(_controller, env) {
    await forgetCalls(env.DB);
    const beganAtMs = Date.now();
    for (let batch = 0; batch < BATCHES_PER_RUN; batch += 1) {
      await scheduler.wait(Math.max(0, beganAtMs + batch * BATCH_EVERY_MS - Date.now()));
      const due = await leaseOldest(env.DB, SCHEDULE_OLDER_THAN_MS, AT_ONCE);
      const wanted = { calls: due.length, most: CALLS_IN_FIVE_MINUTES - LEFT_FOR_CHANGES };
      if (!(await takeCalls(env.DB, wanted))) return;
      await Promise.allSettled(due.map((leased) => refresh(env, leased)));
      if (due.length < AT_ONCE) return;
    }
  },
} satisfies ExportedHandler<Env>;
