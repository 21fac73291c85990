import type { Effect, RecordedOperation, RecordedRead, RecordedWrite, Seen } from '../history.ts';
import { ShownValues } from './free-versions.ts';

/** What is decided at once. */
export type Unit = Effects | Missing;

/** All of them happened, each at a version of its own, or none. */
export interface Effects {
  readonly by: RecordedWrite;
  readonly effects: readonly Effect[];
  /** Whether it happened for certain. */
  readonly isCertain: boolean;
}

/** A document that was not there, although it may have been deleted and not only never written. */
export interface Missing {
  readonly by: RecordedRead;
  readonly seen: Seen;
}

export const isMissing = (unit: Unit): unit is Missing => 'seen' in unit;
export const keysOfUnit = (unit: Unit): string[] =>
  isMissing(unit) ? [unit.seen.key] : unit.effects.map(({ key }) => key);

export function missingIn(operations: readonly RecordedOperation[]): Missing[] {
  const deleted = new Map<string, number>();
  for (const each of operations)
    if (each.kind === 'write' && each.outcome !== 'failed')
      for (const { key, kind } of each.effects)
        if (kind === 'delete') deleted.set(key, Math.min(deleted.get(key) ?? each.invoked, each.invoked));
  return operations.flatMap((by) =>
    by.kind === 'write'
      ? []
      : by.seen
          .filter(
            ({ key, version }) =>
              version === 0 && (deleted.get(key) ?? Number.POSITIVE_INFINITY) <= by.completed,
          )
          .map((seen) => ({ by, seen })),
  );
}

export function hiddenUnitsOf(operations: readonly RecordedOperation[], isBatchWhole: boolean): Effects[] {
  const shown = new ShownValues(operations);
  const isShown = (effect: Effect): boolean => shown.versionOf(effect) !== undefined;
  return operations.flatMap((by): Effects[] => {
    if (by.kind === 'read' || by.outcome === 'failed') return [];
    const untold = by.effects.filter((each) => each.version === undefined && !isShown(each));
    if (by.outcome === 'ok') return untold.map((effect) => ({ by, effects: [effect], isCertain: true }));
    if (!isBatchWhole || by.effects.length === 1)
      return untold
        .filter(({ kind }) => kind === 'delete')
        .map((effect) => ({ by, effects: [effect], isCertain: false }));
    const isCertain = by.effects.some(isShown);
    const isUnit = untold.length > 0 && (isCertain || untold.some(({ kind }) => kind === 'delete'));
    return isUnit ? [{ by, effects: untold, isCertain }] : [];
  });
}
