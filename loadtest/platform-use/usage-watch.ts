import type { PlatformControl, Usage } from '../../reference-worker/target/index.ts';

/** Milliseconds since the epoch. */
export interface TimeWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What D1 and KV did in some windows of time. */
export interface PlatformUse {
  /** How long was looked at, in milliseconds: the windows, as far as readings cover them. */
  readonly observedMs: number;
  /** Differences of readings; `longestQueue` is that of the whole run up to the last of them. */
  readonly databases: Usage['databases'];
  readonly kv: Usage['kv'];
  readonly buckets: Usage['buckets'];
}

interface Reading {
  readonly atMs: number;
  readonly usage: Usage;
}

const READ_EVERY_MS = 1000;

/** Reads the data plane's account once a second, from the moment it is made until it is stopped. */
export class UsageWatch {
  readonly #control: Pick<PlatformControl, 'usage'>;
  readonly #slowMotion: number;
  readonly #readings: Reading[] = [];
  readonly #timer: NodeJS.Timeout;

  /** @param slowMotion how many times as slow as in production the run is; what is told is in production's time */
  constructor(control: Pick<PlatformControl, 'usage'>, slowMotion = 1) {
    this.#control = control;
    this.#slowMotion = slowMotion;
    this.#timer = setInterval(() => void this.#read(), READ_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** @param windows apart from each other; told afterwards, because only the samples say when the load began */
  within(windows: readonly TimeWindow[]): PlatformUse {
    return useWithin(this.#readings, windows);
  }

  async #read(): Promise<void> {
    // A data plane that has died says nothing any more; that it died is told elsewhere.
    const usage = await this.#control.usage().catch(() => undefined);
    if (!usage) return;
    const databases = usage.databases.map((each) => ({
      ...each,
      busyMs: each.busyMs / this.#slowMotion,
      queueMs: each.queueMs / this.#slowMotion,
    }));
    this.#readings.push({ atMs: Date.now() / this.#slowMotion, usage: { ...usage, databases } });
  }
}

/** @param readings in the order of their times */
export function useWithin(readings: readonly Reading[], windows: readonly TimeWindow[]): PlatformUse {
  const none: PlatformUse = { observedMs: 0, databases: [], kv: [], buckets: [] };
  return windows.reduce((sum, { fromMs, toMs }) => {
    const inside = readings.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
    const [first, last] = [inside[0], inside.at(-1)];
    return first && last ? add(sum, between(first, last)) : sum;
  }, none);
}

const between = (first: Reading, last: Reading): PlatformUse =>
  combined(
    { observedMs: last.atMs, ...last.usage },
    { observedMs: first.atMs, ...first.usage },
    (now, before) => now - before,
  );

const add = (one: PlatformUse, other: PlatformUse): PlatformUse =>
  combined(other, one, (now, before) => now + before);

/** Puts two accounts together, count by count; what only the newer one has is taken as it is. */
function combined(
  newer: PlatformUse,
  older: PlatformUse,
  put: (newer: number, older: number) => number,
): PlatformUse {
  return {
    observedMs: put(newer.observedMs, older.observedMs),
    databases: newer.databases.map((each) => {
      const { database, instance } = each;
      const same = older.databases.find((one) => one.database === database && one.instance === instance);
      return combinedCounts(each, same, put);
    }),
    kv: newer.kv.map((each) =>
      combinedCounts(
        each,
        older.kv.find(({ namespace }) => namespace === each.namespace),
        put,
      ),
    ),
    buckets: newer.buckets.map((each) =>
      combinedCounts(
        each,
        older.buckets.find(({ bucket }) => bucket === each.bucket),
        put,
      ),
    ),
  };
}

/** Every count and time but the longest queue, which is no sum; names stay. */
function combinedCounts<Account extends object>(
  newer: Account,
  older: Account | undefined,
  put: (newer: number, older: number) => number,
): Account {
  const entries = Object.entries(newer).map(([name, value]) => {
    const other = older?.[name as keyof Account]; // a name of the same account
    const isSum = typeof value === 'number' && typeof other === 'number' && name !== 'longestQueue';
    return [name, isSum ? put(value, other) : value];
  });
  return Object.fromEntries(entries) as Account; // the same names
}
