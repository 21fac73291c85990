import type { Invocations, KvCalls } from './invocation-limits.ts';

/** What a Worker reaches the outside through. */
export interface Outside {
  /** What its D1 bindings are. */
  readonly databases: readonly object[];
  /** What its KV bindings are. */
  readonly namespaces: readonly object[];
  /** Holds `fetch` and the class `Cache`. */
  readonly global: object;
  /** The header by which D1 is told for which operation it is asked. */
  readonly operationHeader: string;
}

/**
 * Puts the count in front of every call to D1, KV and the Cache API and of `fetch`. It replaces methods of their
 * prototypes, not the bindings: `env` and everything in it stays what it is, a statement that was prepared before counts
 * for the invocation that runs it, and so does a binding imported from `cloudflare:workers`. What a service binding is
 * asked is not counted.
 *
 * @throws Error when workerd's D1 client does not send its calls where this expects it
 */
export function countCalls(
  { databases, namespaces, global, operationHeader }: Outside,
  invocations: Invocations,
): void {
  const counted = new Set<object>();
  const count = (target: object, name: string, kind: Parameters<Invocations['call']>[0]): void => {
    replace(target, name, (original) => ({
      [name](this: unknown, ...args: unknown[]) {
        return invocations.call(kind, () => Reflect.apply(original, this, args));
      },
    }));
  };
  const countAll = (owner: object, names: readonly string[], kind: Parameters<Invocations['call']>[0]) => {
    if (counted.has(owner)) return;
    counted.add(owner);
    for (const name of names) count(owner, name, kind);
  };
  for (const prototype of new Set(databases.map(sessionPrototype))) {
    nameOperation(prototype, operationHeader, invocations);
    countAll(prototype, ['_wrappedFetch'], 'd1Queries');
  }
  for (const prototype of new Set(namespaces.map((namespace) => Object.getPrototypeOf(namespace)))) {
    countKeys(prototype, invocations);
    countAll(prototype, Object.keys(KV_METHODS), 'kvOperations');
  }
  const { Cache } = Object(global);
  if (Cache) countAll(Cache.prototype, ['match', 'put', 'delete'], undefined);
  allowLoopbackOnly(global);
  count(global, 'fetch', 'fetches');
}

const KV_METHODS: Readonly<Record<string, KvCalls>> = {
  get: 'kvReads',
  getWithMetadata: 'kvReads',
  put: 'kvWrites',
  list: 'kvLists',
  delete: 'kvDeletes',
};

function countKeys(namespace: object, invocations: Invocations): void {
  for (const [name, calls] of Object.entries(KV_METHODS))
    replace(namespace, name, (original) => ({
      [name](this: unknown, ...args: unknown[]) {
        invocations.useKv(calls, Array.isArray(args[0]) ? args[0].length : 1);
        return Reflect.apply(original, this, args);
      },
    }));
}

function nameOperation(session: object, header: string, invocations: Invocations): void {
  replace(session, '_wrappedFetch', (original) => ({
    _wrappedFetch(this: unknown, ...[input, init]: unknown[]) {
      const operation = invocations.operation();
      if (operation === undefined) return Reflect.apply(original, this, [input, init]);
      const { headers: given, ...rest } = Object(init);
      const headers = new Headers(given);
      headers.set(header, operation);
      return Reflect.apply(original, this, [input, { ...rest, headers }]);
    },
  }));
}

/** Every call of a D1 client goes through a session, also where the Worker asks for none. */
function sessionPrototype(database: object): object {
  const prototype: unknown = Object.getPrototypeOf(Object(database).withSession());
  if (prototype instanceof Object && Object.hasOwn(prototype, '_wrappedFetch')) return prototype;
  throw new Error('The D1 client of this version of workerd is not known: its calls cannot be counted.');
}

/** workerd would refuse any other address too, but with a message that does not say why. */
function allowLoopbackOnly(global: object): void {
  replace(global, 'fetch', (original) => ({
    async fetch(this: unknown, ...args: unknown[]) {
      const [input] = args;
      const { hostname } = new URL(input instanceof Request ? input.url : String(input));
      if (!LOOPBACK.test(hostname))
        throw new Error(
          `fetch of ${hostname} was refused: the local platform lets a Worker reach loopback addresses only ` +
            '(localhost, 127.0.0.1, [::1]). Let it call a stand-in on one of them.',
        );
      return Reflect.apply(original, this, args);
    },
  }));
}

const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/;

type Method = (...args: never[]) => unknown;

/** Replaces a method by one of the same name, where it is found, as any other property of its kind. */
function replace(target: object, name: string, by: (original: Method) => Record<string, Method>): void {
  const original: unknown = Reflect.get(target, name);
  if (typeof original !== 'function') return;
  const value = by(original as Method)[name];
  const kind = Object.getOwnPropertyDescriptor(target, name);
  Object.defineProperty(target, name, {
    configurable: true,
    enumerable: kind?.enumerable ?? true,
    writable: true,
    value,
  });
}
