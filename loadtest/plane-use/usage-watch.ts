import type { PlaneControl, Usage } from '../../reference-worker/local/index.ts';

/** Milliseconds since the epoch. */
export interface TimeWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What D1 and KV did in some windows of time. */
export interface PlaneUse {
  /** How long was looked at, in milliseconds: the windows, as far as readings cover them. */
  readonly observedMs: number;
  /** Differences of readings; `longestQueue` is that of the whole run up to the last of them. */
  readonly databases: Usage['databases'];
  readonly kv: Usage['kv'];
}

interface Reading {
  readonly atMs: number;
  readonly usage: Usage;
}

const READ_EVERY_MS = 1000;

/** Reads the data plane's account once a second, from the moment it is made until it is stopped. */
export class UsageWatch {
  readonly #plane: Pick<PlaneControl, 'usage'>;
  readonly #readings: Reading[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(plane: Pick<PlaneControl, 'usage'>) {
    this.#plane = plane;
    this.#timer = setInterval(() => void this.#read(), READ_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** @param windows apart from each other; told afterwards, because only the samples say when the load began */
  within(windows: readonly TimeWindow[]): PlaneUse {
    return useWithin(this.#readings, windows);
  }

  async #read(): Promise<void> {
    // A data plane that has died says nothing any more; that it died is told elsewhere.
    const usage = await this.#plane.usage().catch(() => undefined);
    if (usage) this.#readings.push({ atMs: Date.now(), usage });
  }
}

/** @param readings in the order of their times */
export function useWithin(readings: readonly Reading[], windows: readonly TimeWindow[]): PlaneUse {
  const none: PlaneUse = { observedMs: 0, databases: [], kv: [] };
  return windows.reduce((sum, { fromMs, toMs }) => {
    const inside = readings.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
    const [first, last] = [inside[0], inside.at(-1)];
    return first && last ? add(sum, between(first, last)) : sum;
  }, none);
}

function between(first: Reading, last: Reading): PlaneUse {
  return {
    observedMs: last.atMs - first.atMs,
    databases: last.usage.databases.map((now) => {
      const before = first.usage.databases.find((each) => isSameDatabase(each, now));
      return combined(now, before, -1);
    }),
    kv: last.usage.kv.map((now) => {
      const before = first.usage.kv.find(({ namespace }) => namespace === now.namespace);
      return combined(now, before, -1);
    }),
  };
}

const add = (one: PlaneUse, other: PlaneUse): PlaneUse => ({
  observedMs: one.observedMs + other.observedMs,
  databases: other.databases.map((each) =>
    combined(
      each,
      one.databases.find((same) => isSameDatabase(same, each)),
      1,
    ),
  ),
  kv: other.kv.map((each) =>
    combined(
      each,
      one.kv.find(({ namespace }) => namespace === each.namespace),
      1,
    ),
  ),
});

const isSameDatabase = (one: Usage['databases'][number], other: Usage['databases'][number]): boolean =>
  one.database === other.database && one.instance === other.instance;

/** Adds or subtracts every count and time; names and the longest queue stay those of the newer reading. */
function combined<Account extends Usage['databases'][number] | Usage['kv'][number]>(
  newer: Account,
  older: Account | undefined,
  sign: 1 | -1,
): Account {
  const entries = Object.entries(newer).map(([name, value]) => {
    const other = older?.[name as keyof Account]; // a name of the same account
    const isSum = typeof value === 'number' && typeof other === 'number' && name !== 'longestQueue';
    return [name, isSum ? value + sign * other : value];
  });
  return Object.fromEntries(entries) as Account; // the same names
}
