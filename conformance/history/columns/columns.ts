import type { RecordedOperation } from '../history.ts';
import type { Strings } from './strings.ts';
import { byte, int } from './typed-arrays.ts';

/**
 * A history in typed arrays, some 60 bytes an operation: what checkers read, whether there are ten operations or ten
 * million. An operation is a row of the first group; its items, effects or observations, are rows
 * `firstItem[operation]` to `firstItem[operation + 1] - 1` of the second.
 */
export interface Columns {
  readonly operationCount: number;
  readonly session: Int32Array;
  readonly invoked: Float64Array;
  readonly completed: Float64Array;
  /** An index of OPERATION_KINDS. */
  readonly operationKind: Uint8Array;
  readonly firstItem: Int32Array;

  readonly itemCount: number;
  readonly key: Int32Array;
  /** NONE of an effect that was not acknowledged with one; 0 of an observation of nothing, until it is decided (GONE). */
  readonly version: Int32Array;
  readonly value: Int32Array;
  /** What If-Match demanded of an effect; who answered, of an observation. */
  readonly extra: Int32Array;
  /** An index of ITEM_KINDS. */
  readonly itemKind: Uint8Array;

  readonly sessions: Strings;
  readonly keys: Strings;
  readonly values: Strings;
  /** The operation as it was recorded. */
  operation(index: number): RecordedOperation;
}

/** Stands for undefined where a column has nothing. */
export const NONE = -1;

export const OPERATION_KINDS = ['read', 'strong', 'ok', 'failed', 'unknown'] as const;
export const ITEM_KINDS = ['seen', 'create', 'put', 'patch', 'delete', 'gone'] as const;
/** Indexes of the two. Reads come first, then what was acknowledged. */
export const [STRONG, OK, FAILED, UNKNOWN] = [1, 2, 3, 4] as const;
export const [SEEN, DELETE, GONE] = [0, 4, 5] as const;

/** The version of what may have any: greater than every real one. */
export const ANY_VERSION = 0x7fff_ffff;

export const isWriteRow = ({ operationKind }: Columns, operation: number): boolean =>
  byte(operationKind, operation) >= OK;

/** Whether an operation was answered with what it did or saw: what it says is then proven. */
export const isEvidence = ({ operationKind }: Columns, operation: number): boolean =>
  byte(operationKind, operation) < FAILED;

/** The rows of an operation's items. */
export function itemsOf({ firstItem }: Pick<Columns, 'firstItem'>, operation: number): number[] {
  const first = int(firstItem, operation);
  return Array.from({ length: int(firstItem, operation + 1) - first }, (_, nth) => first + nth);
}
