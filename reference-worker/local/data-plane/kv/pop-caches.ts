import { POPS, type Pop } from '../../topology.ts';
import type { KvProfile } from '../profile.ts';
import type { Clock } from '../time/clock.ts';
import type { KvEntry } from './limits.ts';
import type { KvPage } from './list.ts';
import { PopCache } from './pop-cache.ts';

/** What one PoP keeps of a namespace, and for how long unless a read asks for less. */
export interface PopCaches {
  readonly ttlMs: number;
  readonly entries: PopCache<KvEntry | undefined>;
  readonly pages: PopCache<KvPage>;
}

/** The caches of every PoP; none where the profile has none. */
export const cachesOf = ({ cache }: KvProfile, clock: Clock): ReadonlyMap<Pop, PopCaches> =>
  new Map(
    (cache ? POPS : []).map((pop) => [
      pop,
      { ttlMs: cache?.defaultTtlMs ?? 0, entries: new PopCache(clock), pages: new PopCache(clock) },
    ]),
  );
