import type { Effect, RecordedHistory, RecordedOperation, Seen } from '../history.ts';
import {
  ANY_VERSION,
  type Columns,
  GONE,
  ITEM_KINDS,
  itemsOf,
  NONE,
  OPERATION_KINDS,
  SEEN,
} from './columns.ts';
import { Strings } from './strings.ts';
import { byte, int, real, resized } from './typed-arrays.ts';

const FIRST_CAPACITY = 16;

/** Takes operations, each session's in its own order, and keeps them in columns. */
export class Recorder {
  #operationCount = 0;
  #session = new Int32Array(FIRST_CAPACITY);
  #pop = new Uint16Array(FIRST_CAPACITY);
  #invoked = new Float64Array(FIRST_CAPACITY);
  #completed = new Float64Array(FIRST_CAPACITY);
  #operationKind = new Uint8Array(FIRST_CAPACITY);
  #firstItem = new Int32Array(FIRST_CAPACITY);

  #itemCount = 0;
  #key = new Int32Array(FIRST_CAPACITY);
  #version = new Int32Array(FIRST_CAPACITY);
  #value = new Int32Array(FIRST_CAPACITY);
  #extra = new Int32Array(FIRST_CAPACITY);
  #itemKind = new Uint8Array(FIRST_CAPACITY);

  readonly #sessions = new Strings();
  readonly #pops = new Strings();
  readonly #keys = new Strings();
  readonly #values = new Strings();
  readonly #froms = new Strings();

  /**
   * @throws RangeError for a version that is no whole number from 0 to 2^31 - 2, and for times that are not finite
   *   numbers or in which the operation is complete before it was invoked
   */
  add(operation: RecordedOperation): void {
    const { invoked, completed } = operation;
    if (!(Number.isFinite(invoked) && Number.isFinite(completed) && invoked <= completed))
      throw new RangeError(
        `an operation of ${operation.session} cannot last from ${invoked} to ${completed}`,
      );
    const index = this.#operationCount;
    if (index + 1 === this.#invoked.length) this.#resizeOperations(grown(index + 1));
    this.#session[index] = this.#sessions.numberOf(operation.session);
    this.#pop[index] = this.#pops.numberOf(operation.pop);
    this.#invoked[index] = operation.invoked;
    this.#completed[index] = operation.completed;
    this.#operationKind[index] = OPERATION_KINDS.indexOf(kindOf(operation));
    if (operation.kind === 'read') for (const seen of operation.seen) this.#addSeen(seen);
    else for (const effect of operation.effects) this.#addEffect(effect);
    this.#operationCount = index + 1;
    this.#firstItem[index + 1] = this.#itemCount;
  }

  /** What was recorded; the recorder must not be used again. */
  finish(): RecordedHistory {
    const columns = this.columns((index) => this.#operation(index));
    let operations: readonly RecordedOperation[] | undefined;
    const history: RecordedHistory = {
      get operations() {
        operations ??= Array.from({ length: columns.operationCount }, (_, index) => columns.operation(index));
        return operations;
      },
    };
    known.set(history, columns);
    return history;
  }

  /** @param operation answers with the operation of an index */
  columns(operation: (index: number) => RecordedOperation): Columns {
    this.#resizeOperations(this.#operationCount + 1);
    this.#resizeItems(this.#itemCount);
    return {
      operationCount: this.#operationCount,
      session: this.#session,
      invoked: this.#invoked,
      completed: this.#completed,
      operationKind: this.#operationKind,
      firstItem: this.#firstItem,
      itemCount: this.#itemCount,
      key: this.#key,
      version: this.#version,
      value: this.#value,
      extra: this.#extra,
      itemKind: this.#itemKind,
      sessions: this.#sessions,
      keys: this.#keys,
      values: this.#values,
      operation,
    };
  }

  #addSeen({ key, version, value, from, goneAt }: Seen): void {
    const extra = from === undefined ? NONE : this.#froms.numberOf(from);
    this.#addItem(goneAt === undefined ? SEEN : GONE, key, goneAt ?? version, value, extra);
  }

  #addEffect({ kind, key, value, expected, version }: Effect): void {
    this.#addItem(ITEM_KINDS.indexOf(kind), key, version, value, expected ?? NONE);
  }

  #addItem(
    kind: number,
    key: string,
    version: number | undefined,
    value: string | undefined,
    extra: number,
  ): void {
    if (version !== undefined && !(Number.isInteger(version) && version >= 0 && version < ANY_VERSION))
      throw new RangeError(`${version} is no version, of ${key}`);
    const item = this.#itemCount;
    if (item === this.#key.length) this.#resizeItems(grown(item));
    this.#key[item] = this.#keys.numberOf(key);
    this.#version[item] = version ?? NONE;
    this.#value[item] = value === undefined ? NONE : this.#values.numberOf(value);
    this.#extra[item] = extra;
    this.#itemKind[item] = kind;
    this.#itemCount = item + 1;
  }

  #operation(index: number): RecordedOperation {
    const invocation = {
      session: this.#sessions.stringOf(int(this.#session, index)),
      pop: this.#pops.stringOf(this.#pop[index] ?? 0),
      invoked: real(this.#invoked, index),
      completed: real(this.#completed, index),
    };
    const items = itemsOf({ firstItem: this.#firstItem }, index);
    const kind = OPERATION_KINDS[byte(this.#operationKind, index)] ?? 'unknown';
    if (kind === 'read' || kind === 'strong') {
      const seen = items.map((item) => this.#seen(item));
      return { kind: 'read', ...invocation, seen, ...(kind === 'strong' && { strong: true }) };
    }
    return { kind: 'write', outcome: kind, ...invocation, effects: items.map((item) => this.#effect(item)) };
  }

  #seen(item: number): Seen {
    const [value, from] = [int(this.#value, item), int(this.#extra, item)];
    return {
      key: this.#keys.stringOf(int(this.#key, item)),
      version: int(this.#version, item),
      ...(value !== NONE && { value: this.#values.stringOf(value) }),
      ...(from !== NONE && { from: this.#froms.stringOf(from) }),
    };
  }

  #effect(item: number): Effect {
    const [version, expected] = [int(this.#version, item), int(this.#extra, item)];
    const kind = ITEM_KINDS[byte(this.#itemKind, item)];
    if (kind === undefined || kind === 'seen' || kind === 'gone')
      throw new Error(`item ${item} is no effect`);
    return {
      kind,
      key: this.#keys.stringOf(int(this.#key, item)),
      value: this.#values.stringOf(int(this.#value, item)),
      ...(expected !== NONE && { expected }),
      ...(version !== NONE && { version }),
    };
  }

  #resizeOperations(length: number): void {
    this.#session = resized(this.#session, Int32Array, length);
    this.#pop = resized(this.#pop, Uint16Array, length);
    this.#invoked = resized(this.#invoked, Float64Array, length);
    this.#completed = resized(this.#completed, Float64Array, length);
    this.#operationKind = resized(this.#operationKind, Uint8Array, length);
    this.#firstItem = resized(this.#firstItem, Int32Array, length);
  }

  #resizeItems(length: number): void {
    this.#key = resized(this.#key, Int32Array, length);
    this.#version = resized(this.#version, Int32Array, length);
    this.#value = resized(this.#value, Int32Array, length);
    this.#extra = resized(this.#extra, Int32Array, length);
    this.#itemKind = resized(this.#itemKind, Uint8Array, length);
  }
}

const known = new WeakMap<RecordedHistory, Columns>();

/** The columns of a history; made once. */
export function columnsOf(history: RecordedHistory): Columns {
  const found = known.get(history);
  if (found) return found;
  const recorder = new Recorder();
  for (const operation of history.operations) recorder.add(operation);
  const columns = recorder.columns((index) => {
    const operation = history.operations[index];
    if (!operation) throw new RangeError(`there is no operation ${index}`);
    return operation;
  });
  known.set(history, columns);
  return columns;
}

const kindOf = (operation: RecordedOperation): (typeof OPERATION_KINDS)[number] =>
  operation.kind === 'write' ? operation.outcome : operation.strong ? 'strong' : 'read';

/** Room for a quarter more: little lies idle, and little is moved. */
const grown = (length: number): number => Math.ceil(1.25 * length);
