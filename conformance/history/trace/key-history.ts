import {
  byte,
  type Columns,
  type Groups,
  grouped,
  ITEM_KINDS,
  int,
  NONE,
  OPERATION_KINDS,
  real,
} from '../columns/index.ts';
import type { Effect, GuaranteeViolation, RecordedWrite } from '../history.ts';
import { firstWhere } from './deletions.ts';

/** What happened to one key. */
export interface KeyHistory {
  readonly key: string;
  /** The number of the key. */
  readonly index: number;
  readonly effects: readonly KeyEffect[];
  /** Where the key was there. */
  readonly observations: readonly KeyObservation[];
  /** All reads, also those to which the key was not there. */
  readonly reads: readonly KeyRead[];
}

interface Row {
  /** The index of the operation. */
  readonly operation: number;
  readonly invoked: number;
  readonly completed: number;
}

export interface KeyEffect extends Row {
  readonly kind: Effect['kind'];
  readonly outcome: RecordedWrite['outcome'];
  /** NONE without If-Match. */
  readonly expected: number;
  /** As acknowledged, or as a lost write is taken to have been (see hidden-writes.ts); else NONE. */
  readonly version: number;
  readonly value: number;
}

/** An effect that was acknowledged with its version. */
export const isCommit = ({ outcome, version }: KeyEffect): boolean => outcome === 'ok' && version !== NONE;

/** An effect that may have happened, at a version that nobody was told. */
export const isUndecided = ({ outcome, version }: KeyEffect): boolean =>
  outcome !== 'failed' && version === NONE;

export interface KeyObservation extends Row {
  readonly version: number;
  /** NONE when the response did not show it. */
  readonly value: number;
}

interface KeyRead extends KeyObservation {
  /** The row of its item. */
  readonly item: number;
  readonly isStrong: boolean;
}

/** The history of each key, in the order of their first use. */
export function* keyHistories(columns: Columns): Generator<KeyHistory> {
  const operationOf = operationsOfItems(columns);
  const { first, members }: Groups = grouped(columns.keys.count, columns.key, columns.itemCount);
  for (let key = 0; key < columns.keys.count; key += 1) {
    const effects: KeyEffect[] = [];
    const observations: KeyObservation[] = [];
    const reads: KeyRead[] = [];
    for (let nth = int(first, key); nth < int(first, key + 1); nth += 1) {
      const item = int(members, nth);
      const operation = int(operationOf, item);
      const row = {
        operation,
        invoked: real(columns.invoked, operation),
        completed: real(columns.completed, operation),
        version: int(columns.version, item),
        value: int(columns.value, item),
      };
      const kind = ITEM_KINDS[byte(columns.itemKind, item)] ?? 'seen';
      const outcome = OPERATION_KINDS[byte(columns.operationKind, operation)] ?? 'read';
      if (kind === 'seen' || kind === 'gone' || outcome === 'read' || outcome === 'strong') {
        const read = { ...row, item, isStrong: outcome === 'strong' };
        reads.push(read);
        if (read.version > 0) observations.push(read);
      } else effects.push({ ...row, kind, outcome, expected: int(columns.extra, item) });
    }
    yield { key: columns.keys.stringOf(key), index: key, effects, observations, reads };
  }
}

function operationsOfItems({ operationCount, itemCount, firstItem }: Columns): Int32Array {
  const operationOf = new Int32Array(itemCount);
  for (let operation = 0; operation < operationCount; operation += 1)
    operationOf.fill(operation, int(firstItem, operation), int(firstItem, operation + 1));
  return operationOf;
}

/** The lowest version at which each value of the key was shown. */
export function shownVersions({ observations }: KeyHistory): ReadonlyMap<number, KeyObservation> {
  const lowest = new Map<number, KeyObservation>();
  for (const observation of observations) {
    const known = lowest.get(observation.value);
    if (observation.value !== NONE && !(known && known.version <= observation.version))
      lowest.set(observation.value, observation);
  }
  return lowest;
}

interface Proof extends Row {
  readonly version: number;
}

/** Tells which of the proofs that were complete before a time has the newest version. */
export function newestCompleteBefore<Each extends Proof>(
  proofs: readonly Each[],
): (time: number) => Each | undefined {
  const byEnd = proofs.toSorted((a, b) => a.completed - b.completed);
  const newest: Each[] = [];
  for (const proof of byEnd) {
    const before = newest.at(-1);
    newest.push(before && before.version >= proof.version ? before : proof);
  }
  return (time) => newest[firstWhere(byEnd.length, (nth) => (byEnd[nth]?.completed ?? time) >= time) - 1];
}

/** A violation in which rows of the history contradict each other. */
export const breach = (
  columns: Columns,
  rows: readonly Pick<Row, 'operation'>[],
  because: string,
  however: string,
): GuaranteeViolation => ({
  operations: [...new Set(rows.map(({ operation }) => operation))].map((each) => columns.operation(each)),
  because: `Because ${because}.`,
  however: `However, ${however}.`,
});
