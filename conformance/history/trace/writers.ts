import { byte, type Columns, DELETE, FAILED, int, isWriteRow, NONE, OK } from '../columns/index.ts';

/** Which effect wrote each value. */
class Writers {
  /** Of each value: the item of its effect. */
  readonly item: Int32Array;
  /** Of each value: the operation of its effect. */
  readonly operation: Int32Array;
  readonly #columns: Columns;

  /** @throws Error when two effects write the same value: a read that showed it would not say which one it shows */
  constructor(columns: Columns) {
    this.#columns = columns;
    this.item = new Int32Array(columns.values.count).fill(NONE);
    this.operation = new Int32Array(columns.values.count).fill(NONE);
    for (let operation = 0; operation < columns.operationCount; operation += 1) {
      if (!isWriteRow(columns, operation)) continue;
      const end = int(columns.firstItem, operation + 1);
      for (let item = int(columns.firstItem, operation); item < end; item += 1) {
        if (byte(columns.itemKind, item) === DELETE) continue;
        const value = int(columns.value, item);
        if (int(this.item, value) !== NONE)
          throw new Error(`two writes of the value ${columns.values.stringOf(value)}`);
        this.item[value] = item;
        this.operation[value] = operation;
      }
    }
  }

  /** The operation that was to write this value; NONE when there is none, or no value. */
  of(value: number): number {
    return value === NONE ? NONE : int(this.operation, value);
  }

  /** The operation that wrote this value to this key without being told the version; NONE when there is none, or no value. */
  undecided(value: number, key: number): number {
    if (value === NONE) return NONE;
    const columns = this.#columns;
    const [item, operation] = [int(this.item, value), int(this.operation, value)];
    if (item === NONE || int(columns.key, item) !== key) return NONE;
    const kind = byte(columns.operationKind, operation);
    const isUndecided = kind !== FAILED && (kind !== OK || int(columns.version, item) === NONE);
    return isUndecided ? operation : NONE;
  }
}

const known = new WeakMap<Columns, Writers>();

/** The writers of a history; made once. */
export function writersOf(columns: Columns): Writers {
  const writers = known.get(columns) ?? new Writers(columns);
  known.set(columns, writers);
  return writers;
}
