import { DurableObject } from 'cloudflare:workers';
import { Refusal } from './refusal.ts';
import type { Tenant } from './statements.ts';

type Namespace = DurableObjectNamespace<Limits>;

/** Views are asked for so many at a time: one in twenty waits for the object, and what an isolate does not use up is lost. */
const LEASE = 20;

/** Counts what one tenant, or everybody's writes, may use of a minute. */
export class Limits extends DurableObject {
  #minute = 0;
  #used = 0;

  /** @returns how many of the wanted are granted in this minute */
  take(wanted: number, most: number, minute: number): number {
    if (minute !== this.#minute) [this.#minute, this.#used] = [minute, 0];
    const granted = Math.max(0, Math.min(wanted, most - this.#used));
    this.#used += granted;
    return granted;
  }
}

const take = (limits: Namespace, name: string, wanted: number, most: number): Promise<number> =>
  limits.get(limits.idFromName(name)).take(wanted, most, thisMinute());
const thisMinute = (): number => Math.floor(Date.now() / 60_000);

/** What this isolate has been granted and has not used up, by tenant; of the minute `current`. */
const left = new Map<string, number>();
let current = 0;

/** @throws Refusal 429 once a tenant has had its views of this minute: others are served from the same D1 and KV (D8) */
export async function limitViews(limits: Namespace, { id, viewsAMinute }: Tenant): Promise<void> {
  if (thisMinute() !== current) left.clear();
  current = thisMinute();
  if (!left.get(id)) {
    const granted = await take(limits, `views:${id}`, LEASE, viewsAMinute);
    if (granted === 0) throw new Refusal(429, 'This site has had its views of this minute.');
    left.set(id, (left.get(id) ?? 0) + granted);
  }
  left.set(id, (left.get(id) ?? 0) - 1);
}

/** @throws Refusal 429 for a write beyond what D1 is given in a minute, of all tenants together (D6) */
export async function limitWrites(limits: Namespace, most: number): Promise<void> {
  if ((await take(limits, 'writes', 1, most)) === 0)
    throw new Refusal(429, 'All sites together have had their writes of this minute; nothing was written.');
}
