import { byte, type Columns, columnsOf, DELETE, int, NONE, OK, UNKNOWN } from '../columns/index.ts';
import {
  type Effect,
  type GuaranteeViolation,
  partOf,
  type RecordedHistory,
  type RecordedOperation,
  type Seen,
} from '../history.ts';
import { type Cause, freeVersions, ShownValues } from './free-versions.ts';
import {
  type Effects,
  hiddenUnitsOf,
  isMissing,
  keysOfUnit,
  type Missing,
  missingIn,
  type Unit,
} from './hidden-units.ts';

/**
 * Writes of which a history does not say enough: an acknowledged one without a version (it happened, and nobody was told
 * at which), a delete whose reply was lost (no document shows whether it happened), what was not shown of a batch whose
 * reply was lost; and a missing document, which may have been deleted or may never have been written.
 *
 * A guarantee is broken only if it is broken in every way in which these can have been. First they are left out, which
 * suits the target best; if nothing is broken then, the ways are tried, of those only that touch the keys of the
 * violations that were found.
 */
type Check = (history: RecordedHistory) => GuaranteeViolation | undefined;

/**
 * Over how many operations in all ways are tried before the target is given the benefit of the doubt: ways multiply with
 * every hidden write. It is some thousand ways of a history of ten operations.
 */
const OPERATIONS_LIMIT = 100_000;

/**
 * For a guarantee that never speaks of two keys at once.
 *
 * @param check of `acknowledged writes only`, it finds by itself what a write with an unknown outcome can have made
 */
export const decidedByKey =
  (check: Check, deciding: 'all hidden writes' | 'acknowledged writes only' = 'all hidden writes'): Check =>
  (history) => {
    const found = check(history);
    if (found) return found;
    const columns = columnsOf(history);
    const isAcknowledgedOnly = deciding === 'acknowledged writes only';
    for (const [key, operations] of operationsOnHiddenKeys(columns, isAcknowledgedOnly)) {
      const name = columns.keys.stringOf(key);
      const parts = operations.map((each) => {
        const whole = columns.operation(each);
        const part = partOf(whole, name);
        wholes.set(part, whole);
        return part;
      });
      const units = hiddenUnitsOf(parts, false).filter(({ isCertain }) => isCertain || !isAcknowledgedOnly);
      const violation = inEveryWay(
        parts,
        check,
        units,
        isAcknowledgedOnly ? 'as far as is known' : 'of lost writes',
      );
      if (violation) return violation;
    }
    return undefined;
  };

/** What is decided at once, for a guarantee about several keys. */
type Deciding = 'each batch as a whole' | 'each effect on its own';

/** For a guarantee about several keys. */
export const decidedTogether =
  (deciding: Deciding, check: Check): Check =>
  (history) => {
    const found = check(history);
    if (found || columnsOf(history).operationCount > OPERATIONS_LIMIT) return found;
    const { operations } = history;
    const isBatchWhole = deciding === 'each batch as a whole';
    const isUntold = (each: RecordedOperation): boolean =>
      each.kind === 'write' &&
      each.outcome === 'ok' &&
      each.effects.some(({ version }) => version === undefined);
    const units = [...hiddenUnitsOf(operations, isBatchWhole), ...missingIn(operations)];
    return units.length > 0 || operations.some(isUntold)
      ? inEveryWay(operations, check, units, isBatchWhole ? 'of none' : 'of lost writes')
      : undefined;
  };

/** The operations on each key that has hidden writes. */
function operationsOnHiddenKeys(
  columns: Columns,
  isAcknowledgedOnly: boolean,
): ReadonlyMap<number, number[]> {
  const { operationCount, operationKind, firstItem, itemKind, version, key } = columns;
  const hidden = new Map<number, number[]>();
  const forEachItem = (tell: (item: number, operation: number) => void): void => {
    for (let operation = 0; operation < operationCount; operation += 1)
      for (let item = int(firstItem, operation); item < int(firstItem, operation + 1); item += 1)
        tell(item, operation);
  };
  forEachItem((item, operation) => {
    const kind = byte(operationKind, operation);
    const isHidden =
      kind === OK || (kind === UNKNOWN && byte(itemKind, item) === DELETE && !isAcknowledgedOnly);
    if (isHidden && int(version, item) === NONE) hidden.set(int(key, item), []);
  });
  if (hidden.size > 0)
    forEachItem((item, operation) => {
      const operations = hidden.get(int(key, item));
      if (operations?.at(-1) !== operation) operations?.push(operation);
    });
  return hidden;
}

/** The operation that each part was made of. */
const wholes = new WeakMap<RecordedOperation, RecordedOperation>();

/** The version of each effect that happened, and of each missing document. */
type Way = ReadonlyMap<Effect | Seen, number>;

/**
 * Which writes have done what their If-Match allows:
 *
 * - `of lost writes`: a write that was lost, or it did nothing
 * - `of none`: of a batch that was lost it may be the half that did not happen
 * - `as far as is known`: an acknowledged write as well, if it made one of the versions that were told or shown
 */
type Bound = 'of lost writes' | 'of none' | 'as far as is known';

/** @returns a violation if there is one in every way, that of the first */
function inEveryWay(
  operations: readonly RecordedOperation[],
  check: Check,
  units: readonly Unit[],
  bound: Bound,
): GuaranteeViolation | undefined {
  const causes = operations.flatMap((by): Cause[] =>
    by.kind === 'read' || by.outcome === 'failed' ? [] : by.effects.map((effect) => ({ by, effect })),
  );
  const reads = operations.filter((each) => each.kind === 'read');
  const shown = new ShownValues(operations);
  const known = new Map(
    causes.flatMap(({ effect }) => {
      const version = effect.version ?? shown.versionOf(effect);
      return version === undefined ? [] : [[effect, version] as const];
    }),
  );
  let [tried, first]: [number, GuaranteeViolation | undefined] = [0, undefined];
  const optional = new Set(units.flatMap((unit) => (isMissing(unit) || unit.isCertain ? [] : unit.effects)));
  const untoldCount = new Map<string, number>();
  for (const { effect } of causes)
    if (!known.has(effect)) untoldCount.set(effect.key, (untoldCount.get(effect.key) ?? 0) + 1);
  const touched = new Set<string>();
  for (let decided: ReadonlySet<Unit> = new Set(); ; ) {
    for (const way of waysToBe(decided, 0, new Map())) {
      tried += operations.length;
      if (tried > OPERATIONS_LIMIT) return undefined;
      const told = toldIn(way);
      const violation = check({ operations: told });
      if (!violation) return undefined;
      first ??= violationOf(violation, told);
      for (const each of violation.operations)
        for (const { key } of each.kind === 'read' ? each.seen : each.effects) touched.add(key);
    }
    const before = decided.size;
    // Twice: a batch touches other keys, and these others.
    for (const unit of [...units, ...units].filter((each) =>
      keysOfUnit(each).some((key) => touched.has(key)),
    )) {
      decided = new Set([...decided, unit]);
      for (const key of keysOfUnit(unit)) touched.add(key);
    }
    if (decided.size === before) return first;
  }

  /** The ways of those that are decided; of each other unit the way that suits the target best is taken. */
  function* waysToBe(decided: ReadonlySet<Unit>, from: number, way: Way): Generator<Way> {
    const unit = units[from];
    if (!unit) {
      yield way;
      return;
    }
    if (isMissing(unit)) {
      const versions = decided.has(unit) ? [0, ...deletionsBefore(unit, way)] : [0];
      for (const each of versions) yield* waysToBe(decided, from + 1, new Map([...way, [unit.seen, each]]));
      return;
    }
    if (!unit.isCertain) yield* waysToBe(decided, from + 1, way);
    if (!unit.isCertain && !decided.has(unit)) return;
    for (const each of waysToMake(unit, 0, way)) {
      yield* waysToBe(decided, from + 1, each);
      if (!decided.has(unit)) return;
    }
  }

  function deletionsBefore({ by: read, seen: { key } }: Missing, way: Way): number[] {
    return causes.flatMap(({ by, effect }) => {
      const version = effect.version ?? way.get(effect);
      const isBefore = effect.kind === 'delete' && effect.key === key && by.invoked <= read.completed;
      return isBefore && version !== undefined ? [version] : [];
    });
  }

  function* waysToMake(
    { by, effects }: Pick<Effects, 'by' | 'effects'>,
    from: number,
    way: Way,
  ): Generator<Way> {
    const effect = effects[from];
    if (!effect) {
      yield way;
      return;
    }
    const made = causes.flatMap((cause) => {
      const version = known.get(cause.effect) ?? way.get(cause.effect);
      return version === undefined ? [] : [{ ...cause, version }];
    });
    const isConditional = effect.expected !== undefined;
    const isKept = isConditional && by.outcome === 'unknown' && bound !== 'of none';
    const isKnownNext = isConditional && by.outcome === 'ok' && bound === 'as far as is known';
    const count = untoldCount.get(effect.key) ?? 0;
    for (const version of freeVersions({ by, effect }, made, reads, count, isKept)) {
      if (isKnownNext && version !== (effect.expected ?? 0) + 1 && version <= newestKnown(effect.key))
        continue;
      yield* waysToMake({ by, effects }, from + 1, new Map([...way, [effect, version]]));
    }
  }

  function newestKnown(key: string): number {
    const told = causes.flatMap(({ effect }) => (effect.key === key ? (effect.version ?? 0) : 0));
    const seen = reads.flatMap((read) => read.seen.map((each) => (each.key === key ? each.version : 0)));
    return Math.max(0, ...told, ...seen);
  }

  function toldIn(way: Way): RecordedOperation[] {
    return operations.map((operation) => {
      if (operation.kind === 'read') {
        const seen = operation.seen.map((each) =>
          way.has(each) ? { ...each, goneAt: way.get(each) } : each,
        );
        return seen.every((each, nth) => each === operation.seen[nth]) ? operation : { ...operation, seen };
      }
      if (operation.outcome === 'failed') return operation;
      const versionOf = (each: Effect): number | undefined =>
        each.version ?? way.get(each) ?? (operation.outcome === 'ok' ? known.get(each) : undefined);
      const happened = operation.effects.filter((each) => way.has(each) || !optional.has(each));
      if (
        happened.every((each) => each.version === versionOf(each)) &&
        happened.length === operation.effects.length
      )
        return operation;
      return { ...operation, effects: happened.map((each) => ({ ...each, version: versionOf(each) })) };
    });
  }

  /** In the words of one way, about the operations as they were recorded. */
  function violationOf(
    violation: GuaranteeViolation,
    told: readonly RecordedOperation[],
  ): GuaranteeViolation {
    const recorded = violation.operations.map((each) => {
      const operation = operations[told.indexOf(each)] ?? each;
      return wholes.get(operation) ?? operation;
    });
    const note = '(A version that nobody was told is taken as suits the target best.)';
    return { ...violation, operations: recorded, however: `${violation.however} ${note}` };
  }
}
