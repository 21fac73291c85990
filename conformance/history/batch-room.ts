import { isBatch } from './batches.ts';
import { ANY_VERSION, type Columns, int, itemsOf, NONE, real } from './columns.ts';
import { firstWhere } from './deletions.ts';
import type { Violation } from './history.ts';
import {
  breach,
  isCommit,
  isUndecided,
  type KeyEffect,
  type KeyHistory,
  keyHistories,
} from './key-history.ts';
import { state, told } from './phrases.ts';
import { satisfiedBy, type Trace } from './trace.ts';
import { writersOf } from './writers.ts';

/** A strong read that leaves no room for an effect of a batch of which another effect has been shown: see atomic-batch.ts. */
export function withoutRoom(trace: Trace): Violation | undefined {
  const { columns } = trace;
  const shownBy = firstShown(columns);
  if (shownBy.size === 0) return undefined;
  for (const ofKey of keyHistories(columns)) {
    const shown = new Set(ofKey.sightings.map(({ value }) => value));
    const hidden = ofKey.effects.filter(
      (effect) => isUndecided(effect) && !shown.has(effect.value) && shownBy.has(effect.operation),
    );
    const taken = hidden.length > 0 ? takenVersions(ofKey) : [];
    for (const effect of hidden) {
      const found = noRoomFor(trace, ofKey, effect, taken, shownBy);
      if (found) return found;
    }
  }
  return undefined;
}

/** Of each batch whose outcome nobody was told: the read that was the first to be complete of those that showed a value of it. */
function firstShown(columns: Columns): Map<number, number> {
  const writers = writersOf(columns);
  const first = new Map<number, number>();
  for (const { index, sightings } of keyHistories(columns)) {
    for (const { operation, value, completed } of sightings) {
      const batch = writers.undecided(value, index);
      if (batch === NONE || !isBatch(columns, batch)) continue;
      const known = first.get(batch);
      if (known === undefined || completed < real(columns.completed, known)) first.set(batch, operation);
    }
  }
  return first;
}

/** The versions of the key that are known to be those of other effects, in order. */
const takenVersions = ({ effects, sightings }: KeyHistory): number[] =>
  [
    ...new Set([
      ...effects.filter(isCommit).map(({ version }) => version),
      ...sightings.filter(({ value }) => value !== NONE).map(({ version }) => version),
    ]),
  ].sort((a, b) => a - b);

function noRoomFor(
  trace: Trace,
  { key, reads }: KeyHistory,
  { operation: batch }: KeyEffect,
  taken: readonly number[],
  shownBy: ReadonlyMap<number, number>,
): Violation | undefined {
  const { columns } = trace;
  const writers = writersOf(columns);
  const shower = shownBy.get(batch) ?? NONE;
  for (const read of reads) {
    if (!read.isStrong) continue;
    const shows = itemsOf(columns, read.operation).some(
      (item) => writers.undecided(int(columns.value, item), int(columns.key, item)) === batch,
    );
    if (!shows && real(columns.completed, shower) >= read.invoked) continue;
    const newest = satisfiedBy(trace, read.item, read.operation);
    const known = firstWhere(taken.length, (nth) => (taken[nth] ?? newest) > newest);
    if (newest === ANY_VERSION || known < newest) continue;
    return breach(
      columns,
      [{ operation: batch }, { operation: shows ? read.operation : shower }, read],
      `${told(columns.operation(batch))}, and a part of that batch was seen, its ${key} must have been written too`,
      `${columns.operation(read.operation).session} saw ${state(key, read.version)} when all had settled, and every version up to it is somebody else's`,
    );
  }
  return undefined;
}
