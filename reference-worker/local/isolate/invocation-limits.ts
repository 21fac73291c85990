/** What a plan allows one invocation of a Worker. */
export interface InvocationLimits {
  /** Calls to D1: a batch is one (developers.cloudflare.com/d1/platform/limits). */
  readonly d1Queries: number;
  /** Calls to KV: a bulk read is one (developers.cloudflare.com/kv/platform/limits). */
  readonly kvOperations: number;
  /** Calls of `fetch` (developers.cloudflare.com/workers/platform/limits, subrequests). */
  readonly fetches: number;
  /** Calls that may wait for response headers at once; one more waits for its turn (the same page). */
  readonly connections: number;
  /** Processor time by default (the same page); measured here for the process, not enforced. */
  readonly cpuMs: number;
}

export type WorkersPlan = 'paid' | 'free';

/**
 * The limits page of D1 says 1,000 queries and the limits page of Workers 10,000 calls to Cloudflare's own services:
 * the smaller one holds here, so that no Worker passes that one of the two pages would stop.
 */
export const INVOCATION_LIMITS: Readonly<Record<WorkersPlan, InvocationLimits>> = {
  paid: { d1Queries: 1_000, kvOperations: 1_000, fetches: 10_000, connections: 6, cpuMs: 30_000 },
  free: { d1Queries: 50, kvOperations: 1_000, fetches: 50, connections: 6, cpuMs: 10 },
};

/** What the requests of one operation have asked for. */
export interface OperationUse {
  requests: number;
  /** Keys: a bulk read counts each. */
  kvReads: number;
  kvWrites: number;
  kvDeletes: number;
  kvLists: number;
}
export type KvCalls = Exclude<keyof OperationUse, 'requests'>;

type Counted = 'd1Queries' | 'kvOperations' | 'fetches';

const ADVICE =
  'To configure this limit, refer to https://developers.cloudflare.com/workers/wrangler/configuration/#limits';

/** In Cloudflare's words, as Workers report them. */
const REFUSALS: Readonly<Record<Counted, string>> = {
  d1Queries: `Too many API requests by single Worker invocation. ${ADVICE}`,
  kvOperations: `Too many API requests by single Worker invocation. ${ADVICE}`,
  fetches: `Too many subrequests by single Worker invocation. ${ADVICE}`,
};

/** What one request has used, its work in `waitUntil` included. */
class Invocation {
  d1Queries = 0;
  kvOperations = 0;
  fetches = 0;
  waitingForHeaders = 0;
  readonly queue: (() => void)[] = [];
  readonly operation: string | undefined;
  readonly use: OperationUse | undefined;

  constructor(operation: string | undefined, use: OperationUse | undefined) {
    this.operation = operation;
    this.use = use;
  }
}

/** The part of `AsyncLocalStorage` that is used: it carries an invocation through everything that it awaits. */
export interface Storage<Value> {
  run<Result>(value: Value, work: () => Result): Result;
  getStore(): Value | undefined;
}

/** What the invocations of an isolate have done so far. */
export interface InvocationReport {
  readonly invocations: number;
  /** Under way now and waiting for nothing: the Worker itself is at work, or waits for a timer or for its client. */
  readonly working: number;
  /** Calls to D1 and KV that are under way now. */
  readonly calling: number;
  /** Rises with everything that begins and ends. */
  readonly events: number;
  /** The most of each that one invocation has used. */
  readonly most: Readonly<Record<Counted | 'waitingForHeaders', number>>;
  /** By what their callers call them; a request without a name is in none. */
  readonly operations: Readonly<Record<string, OperationUse>>;
}

export interface Invocations {
  /** Runs a handler as an invocation of its own. @param operation what its caller calls it */
  run<Result>(handler: () => Result | Promise<Result>, operation?: string): Promise<Result>;
  /** What the caller calls the invocation that is running. */
  operation(): string | undefined;
  /** Keys of KV that the invocation is about to ask for. */
  useKv(calls: KvCalls, keys: number): void;
  /** A call that is counted, refused beyond the limit, and waits for one of the connections. */
  call<Result>(counted: Counted | undefined, start: () => Promise<Result>): Promise<Result>;
  report(): InvocationReport;
}

/**
 * Counts what each invocation uses, and holds it to the limits. A call outside of one, as while modules load, is not
 * counted: workerd lets no call out there.
 */
export function invocationsUnder(limits: InvocationLimits, storage: Storage<unknown>): Invocations {
  // Counted, not held: one whose client has gone away is cancelled and never ends.
  let active = 0;
  let connected = 0;
  const most = { d1Queries: 0, kvOperations: 0, fetches: 0, waitingForHeaders: 0 };
  let invocations = 0;
  let calling = 0;
  let events = 0;
  const operations = new Map<string, OperationUse>();

  const useOf = (operation: string | undefined): OperationUse | undefined => {
    if (operation === undefined) return undefined;
    const use = operations.get(operation) ?? {
      requests: 0,
      kvReads: 0,
      kvWrites: 0,
      kvDeletes: 0,
      kvLists: 0,
    };
    operations.set(operation, use);
    return use;
  };
  const current = (): Invocation | undefined => {
    const invocation = storage.getStore();
    return invocation instanceof Invocation ? invocation : undefined;
  };

  function begin<Result>(invocation: Invocation, isBinding: boolean, start: () => Promise<Result>) {
    if (invocation.waitingForHeaders > most.waitingForHeaders)
      most.waitingForHeaders = invocation.waitingForHeaders;
    if (isBinding) calling += 1;
    const end = (): void => {
      if (isBinding) calling -= 1;
      events += 1;
      const next = invocation.queue.shift();
      // The next one takes the place over.
      if (next) next();
      else {
        invocation.waitingForHeaders -= 1;
        if (invocation.waitingForHeaders === 0) connected -= 1;
      }
    };
    return watched(start, end);
  }

  async function connectLater<Result>(
    invocation: Invocation,
    isBinding: boolean,
    start: () => Promise<Result>,
  ): Promise<Result> {
    await new Promise<void>((resolve) => invocation.queue.push(resolve));
    return begin(invocation, isBinding, start);
  }

  return {
    run(handler, operation) {
      const use = useOf(operation);
      if (use) use.requests += 1;
      active += 1;
      invocations += 1;
      events += 1;
      return watched(
        () => storage.run(new Invocation(operation, use), handler),
        () => {
          active -= 1;
          events += 1;
        },
      );
    },
    call(counted, start) {
      const invocation = current();
      if (!invocation) return start();
      events += 1;
      if (counted) {
        invocation[counted] += 1;
        if (invocation[counted] > most[counted]) most[counted] = invocation[counted];
        if (invocation[counted] > limits[counted]) return Promise.reject(new Error(REFUSALS[counted]));
      }
      const isBinding = counted === 'd1Queries' || counted === 'kvOperations';
      if (invocation.waitingForHeaders >= limits.connections)
        return connectLater(invocation, isBinding, start);
      if (invocation.waitingForHeaders === 0) connected += 1;
      invocation.waitingForHeaders += 1;
      return begin(invocation, isBinding, start);
    },
    operation: () => current()?.operation,
    useKv(calls, keys) {
      const use = current()?.use;
      if (use) use[calls] += keys;
    },
    report: () => ({
      invocations,
      // Fewer than none when one goes on in the background.
      working: Math.max(0, active - connected),
      calling,
      events,
      most: { ...most },
      operations: Object.fromEntries(operations),
    }),
  };
}

/**
 * Does something and says when it is over. The answer is the promise itself and not one that follows it: every request and
 * every call of a Worker comes through here, and another promise for each is time that the Worker does not have.
 */
function watched<Result>(start: () => Result | Promise<Result>, end: () => void): Promise<Result> {
  try {
    const result = Promise.resolve(start());
    result.then(end, end);
    return result;
  } catch (error) {
    end();
    return Promise.reject(error);
  }
}
