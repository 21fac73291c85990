import { type Effect, historyOfKey, type RecordedHistory, type RecordedOperation } from '../history.ts';

/*
 * Histories in the forms that outside checkers read, of which each can hold a part only: Elle whole requests, but neither
 * deletions nor conditions; Knossos one document, but no request about several. Both are forms of Jepsen's histories
 * (jepsen-io/jepsen, jepsen.history): one map a line, an invocation and a completion for each operation. A session is a
 * process; after a lost reply, `:info`, it goes on as another one, as Jepsen demands. Times tell the order, not nanoseconds.
 */

/**
 * The form of Elle's rw-register (jepsen-io/elle, elle.rw-register): transactions of reads and writes,
 * `[[:r "x" "v7"] [:w "y" "v8"]]`. A deletion writes a value that is never read. A document that was not there is read as
 * nil if nobody ever deleted it, and left out else: it may be of either time. What was shown without its value is left
 * out as well.
 */
export function toElleEdn(history: RecordedHistory): string {
  const deleted = new Set(
    history.operations.flatMap((each) =>
      each.kind === 'write' ? each.effects.filter(({ kind }) => kind === 'delete').map(({ key }) => key) : [],
    ),
  );
  let deletionCount = 0;
  const micros = new Map<RecordedOperation, string[]>(
    history.operations.map((operation) => {
      if (operation.kind === 'write')
        return [
          operation,
          operation.effects.map(({ kind, key, value }) => {
            if (kind === 'delete') deletionCount += 1;
            return `[:w ${string(key)} ${string(kind === 'delete' ? `deleted by ${deletionCount}` : value)}]`;
          }),
        ];
      const told = operation.seen.filter(({ key, version, value }) =>
        version === 0 ? !deleted.has(key) : value !== undefined,
      );
      return [
        operation,
        told.map(({ key, value }) => `[:r ${string(key)} ${value === undefined ? 'nil' : string(value)}]`),
      ];
    }),
  );
  return lines(history, (operation, isInvocation) => {
    const own = micros.get(operation) ?? [];
    const value =
      operation.kind === 'read' && isInvocation ? own.map((each) => each.replace(READ_VALUE, 'nil]')) : own;
    return `:f :txn, :value [${value.join(' ')}]`;
  });
}

/** The value at the end of a read, an EDN string or nil. */
const READ_VALUE = /(?:nil|"(?:[^"\\]|\\.)*")\]$/;

/**
 * The form of Knossos' cas-register (jepsen-io/knossos, knossos.model), of one document: `:f :read`, `:write` and `:cas`.
 * The register holds the document's value, and `:absent` where there is none: the model must begin with that,
 * `(cas-register :absent)`. Knossos takes a read of nil for any value, so that is one that showed none.
 */
export function toKnossosEdn(history: RecordedHistory, key: string): string {
  const own = historyOfKey(history, key);
  const values = valuesOf(own.operations);
  return lines(own, (operation, isInvocation) => {
    if (operation.kind === 'read') {
      const [seen] = operation.seen;
      const value = seen?.version === 0 ? ':absent' : seen?.value === undefined ? 'nil' : string(seen.value);
      return `:f :read, :value ${isInvocation ? 'nil' : value}`;
    }
    const [effect] = operation.effects;
    if (!effect) throw new Error('a write without effects has no register');
    const value = effect.kind === 'delete' ? ':absent' : string(effect.value);
    const before = conditionOf(effect, values);
    return before === undefined ? `:f :write, :value ${value}` : `:f :cas, :value [${before} ${value}]`;
  });
}

/** The value of each version that is known to somebody. */
function valuesOf(operations: readonly RecordedOperation[]): ReadonlyMap<number, string> {
  const values = new Map<number, string>();
  for (const operation of operations) {
    if (operation.kind === 'read') {
      for (const { version, value } of operation.seen)
        if (value !== undefined) values.set(version, string(value));
    } else
      for (const { kind, version, value } of operation.effects)
        if (version !== undefined) values.set(version, kind === 'delete' ? ':absent' : string(value));
  }
  return values;
}

/** What the register must have held for a conditional write; undefined without a condition, or when nobody knows it. */
function conditionOf({ kind, expected }: Effect, values: ReadonlyMap<number, string>): string | undefined {
  if (expected === undefined) return kind === 'create' ? ':absent' : undefined;
  return expected === 0 ? ':absent' : values.get(expected);
}

function lines(
  history: RecordedHistory,
  body: (operation: RecordedOperation, isInvocation: boolean) => string,
): string {
  const processes = new Processes(history);
  return eventsOf(history)
    .map(({ operation, isInvocation }, index) => {
      const process = processes.of(operation, isInvocation);
      const time = isInvocation ? operation.invoked : operation.completed;
      return `{:index ${index}, :type ${typeOf(operation, isInvocation)}, :process ${process}, ${body(operation, isInvocation)}, :time ${time}}\n`;
    })
    .join('');
}

interface Event {
  readonly operation: RecordedOperation;
  readonly isInvocation: boolean;
}

/** What happens at one time overlaps, hence begins before it ends; but no session begins before it has ended. */
function eventsOf({ operations }: RecordedHistory): Event[] {
  const times = [...new Set(operations.flatMap(({ invoked, completed }) => [invoked, completed]))];
  const beginning = Map.groupBy(operations, ({ invoked }) => invoked);
  const ending = Map.groupBy(operations, ({ completed }) => completed);
  const events: Event[] = [];
  const busy = new Set<string>();
  for (const time of times.sort((a, b) => a - b)) {
    let waiting = beginning.get(time) ?? [];
    let open = ending.get(time) ?? [];
    while (waiting.length > 0 || open.length > 0) {
      const before = events.length;
      waiting = waiting.filter((operation) => {
        if (busy.has(operation.session)) return true;
        busy.add(operation.session);
        events.push({ operation, isInvocation: true });
        return false;
      });
      const notBegun = new Set(waiting);
      for (const operation of open.filter((each) => !notBegun.has(each))) {
        busy.delete(operation.session);
        events.push({ operation, isInvocation: false });
      }
      open = open.filter((each) => notBegun.has(each));
      if (events.length === before) throw new Error(`a session has two operations under way at ${time}`);
    }
  }
  return events;
}

/** Numbers the processes: those of one session are as far apart as there are sessions. */
class Processes {
  readonly #current = new Map<string, number>();
  readonly #sessions: number;

  constructor({ operations }: RecordedHistory) {
    for (const { session } of operations)
      if (!this.#current.has(session)) this.#current.set(session, this.#current.size);
    this.#sessions = this.#current.size;
  }

  of(operation: RecordedOperation, isInvocation: boolean): number {
    const process = this.#current.get(operation.session) ?? 0;
    const isLost = !isInvocation && operation.kind === 'write' && operation.outcome === 'unknown';
    if (isLost) this.#current.set(operation.session, process + this.#sessions);
    return process;
  }
}

function typeOf(operation: RecordedOperation, isInvocation: boolean): string {
  if (isInvocation) return ':invoke';
  if (operation.kind === 'read') return ':ok';
  return { ok: ':ok', failed: ':fail', unknown: ':info' }[operation.outcome];
}

const EDN_ESCAPES: Readonly<Record<string, string>> = { '\\b': '\\u0008', '\\f': '\\u000c' };

/** EDN has the escapes of JSON but for two. */
const string = (text: string): string =>
  JSON.stringify(text).replaceAll(/\\./g, (escaped) => EDN_ESCAPES[escaped] ?? escaped);
