import { byte, DELETE, int, isWriteRow, itemsOf, NONE } from '../columns/index.ts';
import type { RecordedOperation } from '../history.ts';
import { listed, state, told } from '../phrases.ts';
import { causesOf } from './causes.ts';
import { firstWhere } from './deletions.ts';
import { placeOf, provenBy, type Trace } from './trace.ts';

/** As in `x at version 2`, and `x deleted at version 3`. */
export function stateOf(trace: Trace, slot: number): string {
  const { versions } = trace;
  const key = keyOf(trace, slot);
  const version = int(versions.version, slot);
  return deletionsAt(trace, slot).length > 0 ? `${key} deleted at version ${version}` : state(key, version);
}

/**
 * As `told`, with the version that a missing document stands for: `A saw x deleted at version 3`.
 *
 * @param slots of the operation's items
 */
export function toldProof(trace: Trace, operation: number, slots: ReadonlyMap<number, number>): string {
  const { columns } = trace;
  if (isWriteRow(columns, operation)) return told(columns.operation(operation));
  const seen = itemsOf(columns, operation).map((item) => {
    const own = slots.get(item) ?? NONE;
    const isNothing = own === NONE || int(trace.versions.version, own) === 0;
    return isNothing ? `no ${columns.keys.stringOf(int(columns.key, item))}` : stateOf(trace, own);
  });
  return `${columns.operation(operation).session} saw ${listed(seen)}`;
}

/**
 * What an operation's proof of a slot rests on, besides itself: for an observation of nothing, what its session knew of the key,
 * and the deletion.
 */
export function groundsOf(trace: Trace, operation: number, slot: number): number[] {
  const { columns, sessions } = trace;
  const item = itemsOf(columns, operation).find((each) => int(trace.slot, each) === slot);
  if (item === undefined || int(columns.version, item) !== 0) return [];
  const key = int(columns.key, item);
  const start = int(sessions.first, int(columns.session, operation));
  let [newest, knower] = [0, NONE];
  for (let nth = start; nth < placeOf(trace, operation); nth += 1) {
    const earlier = int(sessions.members, nth);
    for (const each of itemsOf(columns, earlier)) {
      if (int(columns.key, each) !== key || provenBy(trace, each) <= newest) continue;
      [newest, knower] = [provenBy(trace, each), earlier];
    }
  }
  return [...(knower === NONE ? [] : [knower]), ...deletionsAt(trace, slot)];
}

/** Operations by their indexes, each once. */
export const operationsAt = ({ columns }: Trace, indexes: readonly number[]): RecordedOperation[] =>
  [...new Set(indexes)].map((index) => columns.operation(index));

const deletionsAt = (trace: Trace, slot: number): number[] =>
  causesOf(trace)
    .makersOf(slot)
    .filter((maker) =>
      itemsOf(trace.columns, maker).some(
        (item) => int(trace.slot, item) === slot && byte(trace.columns.itemKind, item) === DELETE,
      ),
    );

function keyOf({ columns, versions }: Trace, slot: number): string {
  const key = firstWhere(columns.keys.count, (each) => int(versions.first, each + 1) > slot);
  return columns.keys.stringOf(key);
}
