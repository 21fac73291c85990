import { WaitingRequests } from '../backend/index.ts';
import { VirtualClock } from '../clock/index.ts';
import { FaultInjector, FaultPlan } from '../faults/index.ts';
import { KvNamespace } from '../kv/index.ts';
import { type KvProfile, LatencyProfile } from '../latency/index.ts';
import instant from '../latency/instant.json' with { type: 'json' };
import pessimistic from '../latency/pessimistic.json' with { type: 'json' };
import type { Pop } from '../pops.ts';

export const PESSIMISTIC: KvProfile = LatencyProfile.parse(pessimistic).kv;
const INSTANT: KvProfile = LatencyProfile.parse(instant).kv;

export interface Opened {
  readonly clock: VirtualClock;
  readonly faults: FaultInjector;
  readonly waiting: WaitingRequests;
  readonly kv: KvNamespace;
}

/** A namespace of the instant profile but for what is changed, on a clock of its own unless given one. */
export function openNamespace(
  changes: Partial<KvProfile> = {},
  plan: unknown[] = [],
  seed = 1,
  id = 'cache',
  clock = new VirtualClock(),
): Opened {
  const faults = new FaultInjector(clock, seed, id);
  faults.set(FaultPlan.parse(plan));
  const waiting = new WaitingRequests(clock);
  const profile = { ...INSTANT, ...changes };
  return {
    clock,
    faults,
    waiting,
    kv: new KvNamespace({ id, profile, clock, seed, faults, waiting }),
  };
}

export const put = (
  kv: KvNamespace,
  pop: Pop,
  key: string,
  value: string,
  expirationTtl: string | null = null,
) => kv.put(pop, key, { value: Buffer.from(value), metadata: undefined, expiration: null, expirationTtl });

export const read = async (kv: KvNamespace, pop: Pop, key: string, cacheTtl: string | null = null) =>
  (await kv.get(pop, key, cacheTtl)).entry?.value.toString();

export const namesIn = async (kv: KvNamespace, pop: Pop): Promise<string[]> =>
  (await kv.list(pop, '', 1_000, null)).keys.map(({ name }) => name);

/** Steps time until the request is answered, or half a minute has passed. */
export async function answered<Result>(clock: VirtualClock, request: Promise<Result>): Promise<Result> {
  const [result] = await Promise.all([request, clock.advance(30_000)]);
  return result;
}
