import type { Setting, Zone } from './upstream.ts';

/** Everything that is asked of the copy. Each statement binds its customer; the budget and the schedule are of all of them. */

export interface Shown {
  readonly id: string;
  readonly value: string;
}

/** A zone whose refresh is this one's: nobody else begins one before the lease ends. */
export interface Leased extends Zone {
  readonly changes: number;
}

/** How old the copy of a customer is, and until when somebody refreshes it. */
export interface Age {
  readonly synced_at: number;
  readonly leased_until: number;
}

export interface Page {
  readonly items: readonly Shown[];
  /** Absent where the customer has no zone. */
  readonly age: Age | undefined;
}

/** Longer than a refresh takes; one that broke off is begun again after it. */
const LEASE_MS = 60_000;
/** What calls are counted by. */
const SLOT_MS = 10_000;
/** A period of five minutes touches 31. */
const SLOTS_OF_BUDGET = 31;

export const dashboard = (db: D1Database, customer: string): Promise<Page> =>
  page(
    db,
    customer,
    db
      .prepare('SELECT toggle_id AS id, value FROM settings WHERE customer_id = ?1 ORDER BY toggle_id')
      .bind(customer),
  );

export const toggle = (db: D1Database, customer: string, id: string): Promise<Page> =>
  page(
    db,
    customer,
    db
      .prepare('SELECT toggle_id AS id, value FROM settings WHERE customer_id = ?1 AND toggle_id = ?2')
      .bind(customer, id),
  );

/** With its age in the same request: a lease is a write, and of a hundred looks hardly one has to ask for it. */
async function page(db: D1Database, customer: string, select: D1PreparedStatement): Promise<Page> {
  const age = db.prepare('SELECT synced_at, leased_until FROM customer_zones WHERE customer_id = ?1');
  const [shown, ages] = await db.batch([select, age.bind(customer)]);
  return { items: (shown?.results ?? []) as Shown[], age: ages?.results[0] as Age | undefined };
}

/** Whether somebody who looks at it should begin a refresh. */
export const isDue = ({ synced_at, leased_until }: Age, olderThanMs: number): boolean =>
  synced_at < Date.now() - olderThanMs && leased_until < Date.now();

export const zoneOf = (db: D1Database, customer: string): Promise<Zone | null> =>
  db
    .prepare('SELECT customer_id, zone_id, sealed_token FROM customer_zones WHERE customer_id = ?1')
    .bind(customer)
    .first<Zone>();

/** @returns null where the customer is fresh enough, or somebody else refreshes it */
export const leaseOne = (db: D1Database, customer: string, olderThanMs: number): Promise<Leased | null> => {
  const nowMs = Date.now();
  const lease = `UPDATE customer_zones SET leased_until = ?3 WHERE customer_id = ?1 AND synced_at < ?2 AND leased_until < ?4
    RETURNING customer_id, zone_id, sealed_token, changes`;
  return db
    .prepare(lease)
    .bind(customer, nowMs - olderThanMs, nowMs + LEASE_MS, nowMs)
    .first<Leased>();
};

/** The customers that were not seen for longest, for the schedule. */
export async function leaseOldest(
  db: D1Database,
  olderThanMs: number,
  limit: number,
): Promise<readonly Leased[]> {
  const nowMs = Date.now();
  const lease = `UPDATE customer_zones SET leased_until = ?2 WHERE customer_id IN (
      SELECT customer_id FROM customer_zones WHERE synced_at < ?1 AND leased_until < ?3 ORDER BY synced_at LIMIT ?4)
    RETURNING customer_id, zone_id, sealed_token, changes`;
  const leased = await db
    .prepare(lease)
    .bind(nowMs - olderThanMs, nowMs + LEASE_MS, nowMs, limit)
    .all<Leased>();
  return leased.results;
}

/** Takes what a refresh has seen: only what differs is written, and nothing older replaces what is newer. */
export async function keepAll(
  db: D1Database,
  { customer_id, changes }: Leased,
  settings: readonly Setting[],
): Promise<void> {
  const nowMs = Date.now();
  const insert = `INSERT INTO settings (customer_id, toggle_id, value, version, last_synced_at)
    SELECT ?1, value ->> 'id', value ->> 'value', value ->> 'version', ?3 FROM json_each(?2) WHERE true
    ON CONFLICT DO UPDATE SET value = excluded.value, version = excluded.version, last_synced_at = excluded.last_synced_at
    WHERE excluded.version > settings.version`;
  const seen = `UPDATE customer_zones SET synced_at = ?3, leased_until = 0 WHERE customer_id = ?1 AND changes = ?2`;
  await db.batch([
    db.prepare(insert).bind(customer_id, JSON.stringify(settings), nowMs),
    db.prepare(seen).bind(customer_id, changes, nowMs),
  ]);
}

/** Says before a change that the copy may be behind from now on: whatever becomes of this request, somebody looks again. */
export const expectChange = (db: D1Database, customer: string): Promise<unknown> =>
  db
    .prepare(
      'UPDATE customer_zones SET synced_at = 0, leased_until = 0, changes = changes + 1 WHERE customer_id = ?1',
    )
    .bind(customer)
    .run();

export const keepOne = (
  db: D1Database,
  customer: string,
  { id, value, version }: Setting,
): Promise<unknown> =>
  db
    .prepare(
      `INSERT INTO settings (customer_id, toggle_id, value, version, last_synced_at) VALUES (?1, ?2, ?3, ?4, ?5)
       ON CONFLICT DO UPDATE SET value = excluded.value, version = excluded.version, last_synced_at = excluded.last_synced_at
       WHERE excluded.version >= settings.version`,
    )
    .bind(customer, id, value, version, Date.now())
    .run();

/** What is asked for of the budget. */
export interface CallsWanted {
  readonly calls: number;
  /** Of all calls in the period, these included. */
  readonly most: number;
  /** Where a look asks: of all calls that looks have begun in the period. */
  readonly mostOfLooks?: number;
}

/**
 * Takes calls out of the budget of five minutes (E5), for all isolates and crons in one place.
 *
 * @returns whether there were as many
 */
export async function takeCalls(db: D1Database, { calls, most, mostOfLooks }: CallsWanted): Promise<boolean> {
  const take = `INSERT INTO upstream_calls (slot, calls, looks)
    SELECT ?1, ?2, ?3 WHERE (SELECT coalesce(sum(calls), 0) FROM upstream_calls WHERE slot > ?1 - ?4) + ?2 <= ?5
      AND (SELECT coalesce(sum(looks), 0) FROM upstream_calls WHERE slot > ?1 - ?4) + ?3 <= ?6
    ON CONFLICT DO UPDATE SET calls = calls + excluded.calls, looks = looks + excluded.looks RETURNING slot`;
  const looks = mostOfLooks === undefined ? 0 : calls;
  const taken = await db
    .prepare(take)
    .bind(slotNow(), calls, looks, SLOTS_OF_BUDGET, most, mostOfLooks ?? most)
    .first();
  return taken !== null;
}

/** Nobody asks for what lies before the period. */
export const forgetCalls = (db: D1Database): Promise<unknown> =>
  db
    .prepare('DELETE FROM upstream_calls WHERE slot <= ?1')
    .bind(slotNow() - SLOTS_OF_BUDGET)
    .run();

const slotNow = (): number => Math.floor(Date.now() / SLOT_MS);
