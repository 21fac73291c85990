import type { Effect, History, Operation, Seen } from './history.ts';

/**
 * A history in the form of Jepsen (jepsen-io/jepsen, jepsen.history): one map a line, an invocation and a completion for
 * each operation, in the order of time.
 *
 * | here | there |
 * |---|---|
 * | acknowledged, failed, unknown | `:type` `:ok`, `:fail`, `:info` |
 * | a session | `:process`, a number, and `:session`; after `:info` the session goes on as another process, as Jepsen demands |
 * | a read of one key | `:f :read`, `:value ["x" 2 "v7"]`: key, version and value; version 0 and nil when it was not there |
 * | a create, put or patch | `:f :write`, `:value ["x" 2 "v7"]`; the version is nil as long as nobody was told |
 * | the same with If-Match | `:f :cas`, and `:if-match 1` |
 * | a delete | `:f :delete`, `:value ["x" 3 nil]`, and `:if-match` where there was one |
 * | a page of several keys, a batch | `:f :txn`, `:value` a vector of micro-operations as Elle has them: `[:r "x" [2 "v7"]]`, `[:w "y" [1 "v8"]]`, `[:delete "z" [3 nil]]`; with If-Match, `{:if-match 1}` at the end |
 * | a strong read | `:strong true` |
 *
 * Times are the history's own: they tell the order, not nanoseconds.
 */
export function toEdn(history: History): string {
  const processes = new Processes(history);
  return eventsOf(history)
    .map(({ operation, isInvocation }, index) => {
      const process = processes.of(operation, isInvocation);
      return `{:index ${index}, :type ${typeOf(operation, isInvocation)}, :process ${process}, ${body(operation, isInvocation)}}\n`;
    })
    .join('');
}

interface Event {
  readonly operation: Operation;
  readonly isInvocation: boolean;
}

/** What happens at one time overlaps, hence begins before it ends; but no session begins before it has ended. */
function eventsOf({ operations }: History): Event[] {
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

  constructor({ operations }: History) {
    for (const { session } of operations)
      if (!this.#current.has(session)) this.#current.set(session, this.#current.size);
    this.#sessions = this.#current.size;
  }

  of(operation: Operation, isInvocation: boolean): number {
    const process = this.#current.get(operation.session) ?? 0;
    const isLost = !isInvocation && operation.kind === 'write' && operation.outcome === 'unknown';
    if (isLost) this.#current.set(operation.session, process + this.#sessions);
    return process;
  }
}

function typeOf(operation: Operation, isInvocation: boolean): string {
  if (isInvocation) return ':invoke';
  if (operation.kind === 'read') return ':ok';
  return { ok: ':ok', failed: ':fail', unknown: ':info' }[operation.outcome];
}

function body(operation: Operation, isInvocation: boolean): string {
  const items = operation.kind === 'read' ? operation.seen : operation.effects;
  const [only] = items;
  const [f, value] =
    only && items.length === 1
      ? single(only, isInvocation)
      : [':txn', `[${items.map((item) => micro(item, isInvocation)).join(' ')}]`];
  const strong = operation.kind === 'read' && operation.strong ? ', :strong true' : '';
  const time = isInvocation ? operation.invoked : operation.completed;
  return `:f ${f}, :value ${value}${strong}, :session ${string(operation.session)}, :time ${time}`;
}

const isEffect = (item: Seen | Effect): item is Effect => 'kind' in item;

function single(item: Seen | Effect, isInvocation: boolean): readonly [f: string, value: string] {
  const value = `[${string(item.key)} ${versionAndValue(item, isInvocation)}]`;
  if (!isEffect(item)) return [':read', value];
  const condition = item.expected === undefined ? '' : `, :if-match ${item.expected}`;
  const f = item.kind === 'delete' ? ':delete' : condition ? ':cas' : ':write';
  return [f, `${value}${condition}`];
}

function micro(item: Seen | Effect, isInvocation: boolean): string {
  const f = !isEffect(item) ? ':r' : item.kind === 'delete' ? ':delete' : ':w';
  const condition = isEffect(item) && item.expected !== undefined ? ` {:if-match ${item.expected}}` : '';
  return `[${f} ${string(item.key)} [${versionAndValue(item, isInvocation)}]${condition}]`;
}

/** At its invocation a write knows its value, and a read nothing. */
function versionAndValue(item: Seen | Effect, isInvocation: boolean): string {
  const version = isInvocation || item.version === undefined ? 'nil' : String(item.version);
  const isKnown = isEffect(item) ? item.kind !== 'delete' : !isInvocation;
  return `${version} ${isKnown && item.value !== undefined ? string(item.value) : 'nil'}`;
}

const EDN_ESCAPES: Readonly<Record<string, string>> = { '\\b': '\\u0008', '\\f': '\\u000c' };

/** EDN has the escapes of JSON but for two. */
const string = (text: string): string =>
  JSON.stringify(text).replaceAll(/\\./g, (escaped) => EDN_ESCAPES[escaped] ?? escaped);
