import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Effect, RecordedOperation, Seen } from '../history.ts';
import type { BenchmarkTask } from './benchmark-task.ts';

/** How many commits of a key are remembered: more than happen to it within any lag. */
const REMEMBERED = 16;
const MAX_LAG = 200;
const SHARE = { read: 0.7, page: 0.15, batch: 0.03, delete: 0.03, unknown: 0.01, failed: 0.01 } as const;

/**
 * The operations of a store that breaks nothing that its sessions rely on: one primary, replicas up to 200 commits behind,
 * and sessions that carry their bookmarks. One after the other, so that no history has to exist besides the recorded one.
 */
export function* laggingHistory({
  operations,
  sessions,
  keys,
  seed,
}: BenchmarkTask): Generator<RecordedOperation> {
  const generator = xoroshiro128plus(seed);
  const chance = (): number => uniformFloat64(generator);
  const below = (count: number): number => Math.floor(chance() * count);
  const store = new Store(keys);
  const bookmarks = new Float64Array(sessions);
  for (let invoked = 0; invoked < operations; invoked += 1) {
    const session = invoked % sessions;
    const invocation = {
      session: `s${session}`,
      pop: 'LHR',
      invoked,
      completed: invoked + below(sessions),
    };
    const count = chance() < SHARE.page ? 2 + below(3) : 1;
    if (chance() < SHARE.read) {
      const at = Math.max(bookmarks[session] ?? 0, store.position - below(MAX_LAG));
      bookmarks[session] = at;
      const seen = Array.from({ length: count }, () => store.read(below(keys), at));
      yield { kind: 'read', ...invocation, seen };
      continue;
    }
    const luck = chance();
    const outcome = luck < SHARE.unknown ? 'unknown' : luck < SHARE.unknown + SHARE.failed ? 'failed' : 'ok';
    const length = chance() < SHARE.batch ? 2 : 1;
    const hasHappened = outcome === 'ok' || (outcome === 'unknown' && chance() < 0.5);
    const effects = Array.from({ length }, (_, nth) =>
      store.write(below(keys), 2 * invoked + nth + 1, chance() < SHARE.delete, hasHappened),
    );
    if (hasHappened) store.commit();
    if (outcome === 'ok') bookmarks[session] = store.position;
    const told = outcome === 'ok' ? effects : effects.map(({ version: _, ...effect }) => effect);
    yield { kind: 'write', outcome, ...invocation, effects: told };
  }
}

/** The newest commits of every key. */
class Store {
  position = 0;
  readonly #newest: Int32Array;
  readonly #committedAt: Float64Array;
  /** The number of the effect that made the version; 0 where it was deleted. */
  readonly #effect: Float64Array;

  constructor(keys: number) {
    this.#newest = new Int32Array(keys);
    this.#committedAt = new Float64Array(keys * REMEMBERED);
    this.#effect = new Float64Array(keys * REMEMBERED);
  }

  read(key: number, position: number): Seen {
    let version = this.#newest[key] ?? 0;
    const oldest = Math.max(0, version - REMEMBERED + 1);
    while (version > oldest && (this.#committedAt[this.#slot(key, version)] ?? 0) > position) version -= 1;
    const effect = version > 0 ? (this.#effect[this.#slot(key, version)] ?? 0) : 0;
    return effect === 0 ? { key: `k${key}`, version: 0 } : { key: `k${key}`, version, value: `v${effect}` };
  }

  /** Takes effect with the next commit. */
  write(key: number, effect: number, isDelete: boolean, hasHappened: boolean): Effect {
    const newest = this.#newest[key] ?? 0;
    const isThere = newest > 0 && this.#effect[this.#slot(key, newest)] !== 0;
    const kind = isDelete && isThere ? 'delete' : 'put';
    const value = `v${effect}`;
    if (!hasHappened) return { kind, key: `k${key}`, value };
    const version = newest + 1;
    this.#newest[key] = version;
    this.#committedAt[this.#slot(key, version)] = this.position + 1;
    this.#effect[this.#slot(key, version)] = kind === 'delete' ? 0 : effect;
    return { kind, key: `k${key}`, value, version };
  }

  commit(): void {
    this.position += 1;
  }

  #slot(key: number, version: number): number {
    return key * REMEMBERED + (version % REMEMBERED);
  }
}
