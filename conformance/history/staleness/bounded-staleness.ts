/**
 * Bounded staleness: whoever looks is shown a state that was the newest one at some moment between the bound before the look began
 * and its end. Writes take effect once, between request and answer, in an order that is not known; one that was never acknowledged
 * at any time after its request, or never.
 *
 * A look at one key can be judged by itself. What it shows was written by one of the writes that leave the key so. Such a write is
 * over if another one began after its answer and was itself answered before the bound: then each order has the other one between it
 * and the look. Where no such other write is, an order can be given in which the look is right: take effect as late as possible, and
 * let everything else come before where it can.
 */

/** On one clock, in milliseconds. */
export interface TimedWrite {
  readonly key: string;
  /** What is shown of the key from then on; undefined where that is nothing: it was hidden, or deleted. */
  readonly leaves: string | undefined;
  readonly beganMs: number;
  /** undefined: its outcome is not known. */
  readonly acknowledgedMs: number | undefined;
}

export interface TimedLook {
  readonly key: string;
  readonly shown: string | undefined;
  readonly beganMs: number;
  readonly endedMs: number;
}

/** A look that no order of the writes explains. */
export interface StaleLook {
  readonly look: TimedLook;
  /** The write that it had to show, or a newer one; undefined where what it shows was not written by then. */
  readonly newer: TimedWrite | undefined;
}

/**
 * The looks that show what was over before the bound, or was never written. In the beginning there is nothing of any key.
 *
 * @param withinMs the bound; 0 where every acknowledged write must be shown
 */
export function staleLooks(
  writes: readonly TimedWrite[],
  looks: readonly TimedLook[],
  withinMs: number,
): readonly StaleLook[] {
  const byKey = Map.groupBy(writes, ({ key }) => key);
  const prepared = new Map<string, KeyWrites>();
  const stale: StaleLook[] = [];
  for (const look of looks) {
    let of = prepared.get(look.key);
    if (!of) {
      of = new KeyWrites(byKey.get(look.key) ?? []);
      prepared.set(look.key, of);
    }
    const lastsUntilMs = of.lastsUntilMs(look.shown, look.endedMs);
    if (lastsUntilMs === undefined) {
      stale.push({ look, newer: undefined });
      continue;
    }
    const newer = of.lastBegunBefore(look.beganMs - withinMs);
    if (newer && newer.beganMs > lastsUntilMs) stale.push({ look, newer });
  }
  return stale;
}

/** How many looks had to show a write that was not the first of its key: where none had to, nothing was judged. */
export const decisiveLooks = (
  writes: readonly TimedWrite[],
  looks: readonly TimedLook[],
  withinMs: number,
): number => {
  const byKey = Map.groupBy(writes, ({ key }) => key);
  return looks.filter(({ key, beganMs }) => {
    const before = (byKey.get(key) ?? []).filter(
      ({ acknowledgedMs = Number.POSITIVE_INFINITY }) => acknowledgedMs <= beganMs - withinMs,
    );
    return before.length > 1;
  }).length;
};

/** Pairs of times, ascending in the first; of the second, the largest so far. */
class Rising<Item> {
  readonly #times: number[] = [];
  readonly #most: { readonly value: number; readonly item: Item }[] = [];

  constructor(pairs: readonly (readonly [time: number, value: number, item: Item])[]) {
    for (const [time, value, item] of isRising(pairs)
      ? pairs
      : pairs.toSorted(([one], [other]) => one - other)) {
      const most = this.#most.at(-1);
      this.#times.push(time);
      this.#most.push(most && most.value >= value ? most : { value, item });
    }
  }

  /** Of all up to a time, that included. */
  upTo(time: number): { readonly value: number; readonly item: Item } | undefined {
    let [low, high] = [0, this.#times.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#times[middle] ?? 0) <= time) low = middle + 1;
      else high = middle;
    }
    return this.#most[low - 1];
  }
}

/** As recorders write them down, nearly always. */
const isRising = (pairs: readonly (readonly [number, ...unknown[]])[]): boolean =>
  pairs.every(([time], at) => at === 0 || time >= (pairs[at - 1]?.[0] ?? time));

class KeyWrites {
  readonly #byAcknowledgement: Rising<TimedWrite>;
  /** What one write alone leaves, as nearly everything is: a search for each would cost more than the looks. */
  readonly #once = new Map<string, TimedWrite>();
  readonly #byWhatTheyLeave = new Map<string | undefined, Rising<TimedWrite | undefined>>();

  constructor(writes: readonly TimedWrite[]) {
    const acknowledged: (readonly [number, number, TimedWrite])[] = [];
    const several = new Map<string | undefined, TimedWrite[]>([[undefined, []]]);
    for (const write of writes) {
      const { leaves, beganMs, acknowledgedMs } = write;
      if (acknowledgedMs !== undefined) acknowledged.push([acknowledgedMs, beganMs, write]);
      const same = several.get(leaves);
      const before = leaves === undefined ? undefined : this.#once.get(leaves);
      if (same) same.push(write);
      else if (leaves === undefined || before) several.set(leaves, before ? [before, write] : [write]);
      else this.#once.set(leaves, write);
    }
    this.#byAcknowledgement = new Rising(acknowledged);
    for (const [leaves, same] of several) {
      if (leaves !== undefined) this.#once.delete(leaves);
      const nothing = leaves === undefined ? [[BEGINNING, BEGINNING, undefined] as const] : [];
      const pairs = same.map((write) => [write.beganMs, endOf(write), write] as const);
      this.#byWhatTheyLeave.set(leaves, new Rising([...nothing, ...pairs]));
    }
  }

  /** Until when the writes that leave this, and began by then, may have taken effect; undefined where there are none. */
  lastsUntilMs(leaves: string | undefined, byMs: number): number | undefined {
    const only = leaves === undefined ? undefined : this.#once.get(leaves);
    if (only) return only.beganMs <= byMs ? endOf(only) : undefined;
    return this.#byWhatTheyLeave.get(leaves)?.upTo(byMs)?.value;
  }

  /** The write that began last of those that were acknowledged by then. */
  lastBegunBefore(byMs: number): TimedWrite | undefined {
    return this.#byAcknowledgement.upTo(byMs)?.item;
  }
}

const BEGINNING = Number.NEGATIVE_INFINITY;
const endOf = ({ acknowledgedMs }: TimedWrite): number => acknowledgedMs ?? Number.POSITIVE_INFINITY;
