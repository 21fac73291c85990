import type { Effect, RecordedOperation, RecordedRead, RecordedWrite } from '../history.ts';

/** An effect and its write. */
export interface Cause {
  readonly by: RecordedWrite;
  readonly effect: Effect;
}

/** The lowest version at which the value of each effect is shown. */
export class ShownValues {
  readonly #lowest = new Map<string, number>();

  constructor(operations: readonly RecordedOperation[]) {
    for (const operation of operations) {
      if (operation.kind === 'write') continue;
      for (const { key, version, value } of operation.seen) {
        if (version === 0 || value === undefined) continue;
        const name = nameOf(key, value);
        this.#lowest.set(name, Math.min(this.#lowest.get(name) ?? version, version));
      }
    }
  }

  /** Undefined if it never is: nothing shows a delete. */
  versionOf({ kind, key, value }: Effect): number | undefined {
    return kind === 'delete' ? undefined : this.#lowest.get(nameOf(key, value));
  }
}

const nameOf = (key: string, value: string): string => JSON.stringify([key, value]);

const isOver = (earlier: RecordedOperation, later: RecordedOperation): boolean =>
  earlier.completed < later.invoked;

/**
 * The versions that a write can have made without having been told, the oldest first: those between the known ones, and
 * as many after the newest as there are such writes.
 *
 * @param made all effects whose version is known, or taken for known
 * @param count how many writes may need a version after the newest
 * @param isConditionKept whether it can only have made the version after the one that its If-Match names
 */
export function freeVersions(
  { by, effect }: Cause,
  made: readonly (Cause & { readonly version: number })[],
  reads: readonly RecordedRead[],
  count: number,
  isConditionKept: boolean,
): number[] {
  const taken = new Set<number>();
  // What had been seen, or acknowledged, before the write was sent was not made by it, and neither was anything older.
  let above = 0;
  let newest = 0;
  for (const read of reads) {
    for (const { key, version, value } of read.seen) {
      if (key !== effect.key || version === 0) continue;
      newest = Math.max(newest, version);
      if (value !== undefined || effect.kind === 'delete') taken.add(version);
      if (isOver(read, by)) above = Math.max(above, version);
    }
  }
  for (const each of made) {
    if (each.effect.key !== effect.key) continue;
    newest = Math.max(newest, each.version);
    taken.add(each.version);
    if (each.by.outcome === 'ok' && isOver(each.by, by)) above = Math.max(above, each.version);
  }
  const candidates = new Set(Array.from({ length: newest + count }, (_, index) => index + 1));
  if (effect.expected !== undefined) candidates.add(effect.expected + 1);
  return [...candidates].filter(
    (version) =>
      version > above && !taken.has(version) && (!isConditionKept || version === (effect.expected ?? 0) + 1),
  );
}
