import type { Clock } from '../clock/index.ts';
import { POPS, type Pop } from '../pops.ts';
import { SweptMap } from '../swept-map.ts';
import type { StoredKvEntry } from './limits.ts';

/** For each PoP the moment from which the central store answers it with a write; milliseconds since the epoch. */
export type VisibleAtMs = Readonly<Record<Pop, number>>;

/** A key that takes a place in a page of a list; without an entry it is a tombstone, which shows nothing. */
export interface Place {
  readonly name: string;
  readonly entry: StoredKvEntry | undefined;
}

interface Version {
  /** Nothing: the key was deleted. */
  readonly entry: StoredKvEntry | undefined;
  readonly atMs: number;
  readonly visibleAtMs: VisibleAtMs;
}

interface History {
  /** The one that arrived last, and so wins. */
  readonly newest: Version;
  /** In the order of their arrival; none that every PoP has seen replaced. */
  readonly older: readonly Version[];
  /** The last value before the newest version, kept for the fault that serves it. */
  readonly before: StoredKvEntry | undefined;
}

/** How long at least the value of a deleted or expired key is remembered, which nobody but a fault asks for. */
const REMEMBERED_MS = 60_000;

/**
 * The central store of a namespace, as each PoP sees it while writes spread. A PoP sees the last write among those
 * that have reached it, so the store never goes back to an older version on its own. KV does not promise even that:
 * caches of several machines of a PoP disagree, and the fault `kv-stale-value` makes any read go back.
 */
export class KvStore {
  readonly #clock: Clock;
  readonly #tombstoneMs: number;
  readonly #histories: SweptMap<History>;

  /** @param tombstoneMs how long a key that is gone still takes a place in lists */
  constructor(clock: Clock, tombstoneMs: number) {
    this.#clock = clock;
    this.#tombstoneMs = tombstoneMs;
    this.#histories = new SweptMap((history) => this.#isForgettable(history));
  }

  /** How much it holds, what is only remembered included. */
  get versionCount(): number {
    let count = 0;
    for (const [, { older }] of this.#histories) count += 1 + older.length;
    return count;
  }

  /** What the PoP sees: nothing where a key is deleted, expired, or not yet there. */
  read(key: string, pop: Pop): StoredKvEntry | undefined {
    const history = this.#histories.get(key);
    return history && this.#live(this.#seen(history, pop)?.entry);
  }

  /** @param entry nothing deletes the key */
  write(key: string, entry: StoredKvEntry | undefined, visibleAtMs: VisibleAtMs): void {
    const history = this.#histories.get(key);
    const newest = { entry, atMs: this.#clock.now(), visibleAtMs };
    if (history) {
      const older = this.#isSettled(newest) ? [] : this.#needed([...history.older, history.newest]);
      this.#histories.set(key, { newest, older, before: history.newest.entry ?? history.before });
    } else if (entry) {
      this.#histories.set(key, { newest, older: [], before: undefined });
    }
  }

  /**
   * The value before the newest version of the key, for a reader that would get the newest: a reader that is
   * behind anyway could get something newer from it.
   */
  valueBefore(key: string, answer: StoredKvEntry | undefined): StoredKvEntry | undefined {
    const history = this.#histories.get(key);
    const isNewest = history && this.#live(history.newest.entry) === answer;
    return isNewest ? this.#live(history.before) : undefined;
  }

  /** The keys with this prefix that take a place in the PoP's lists, in no particular order. */
  *places(prefix: string, pop: Pop): Generator<Place> {
    for (const [name, history] of this.#histories) {
      const version = name.startsWith(prefix) ? this.#seen(history, pop) : undefined;
      if (!version) continue;
      const entry = this.#live(version.entry);
      if (entry || this.#clock.now() < goneAtMs(version) + this.#tombstoneMs) yield { name, entry };
    }
  }

  #seen({ newest, older }: History, pop: Pop): Version | undefined {
    const isSeen = ({ visibleAtMs }: Version): boolean => visibleAtMs[pop] <= this.#clock.now();
    return isSeen(newest) ? newest : older.findLast(isSeen);
  }

  #live(entry: StoredKvEntry | undefined): StoredKvEntry | undefined {
    if (entry?.expiration === undefined) return entry;
    return entry.expiration * 1_000 > this.#clock.now() ? entry : undefined;
  }

  /** Nobody sees what came before a version that every PoP sees. */
  #needed(versions: readonly Version[]): readonly Version[] {
    const settled = versions.findLastIndex((version) => this.#isSettled(version));
    return settled > 0 ? versions.slice(settled) : versions;
  }

  #isSettled({ visibleAtMs }: Version): boolean {
    return POPS.every((pop) => visibleAtMs[pop] <= this.#clock.now());
  }

  #isForgettable({ newest }: History): boolean {
    if (this.#live(newest.entry) || !this.#isSettled(newest)) return false;
    return this.#clock.now() >= goneAtMs(newest) + Math.max(this.#tombstoneMs, REMEMBERED_MS);
  }
}

/** Since when a version that is not live has been gone. */
const goneAtMs = ({ entry, atMs }: Version): number =>
  entry?.expiration === undefined ? atMs : entry.expiration * 1_000;
