type Fetch = (request: Request, env: unknown, context: unknown) => Response | Promise<Response>;

type Scheduled = (controller: unknown, env: unknown, context: unknown) => unknown;

/** One evaluation of the Worker's modules, with module-level state of its own: what answers its requests, and runs its crons. */
export type Handler = Fetch & { readonly scheduled?: Scheduled };

/** What an entrypoint exports. */
export interface Entrypoint {
  fetch(request: Request, env: unknown, context: unknown): Promise<Response>;
  scheduled?(controller: unknown, env: unknown, context: unknown): Promise<unknown>;
}

/** What the modules of a Worker export. */
export type WorkerModule = Readonly<Record<string, unknown>>;

/** What a Worker in the syntax of a service worker has registered with `addEventListener`. */
export type Listener = (event: object) => unknown;

/**
 * What answers the requests to a Worker, by its default export (an object, or a class that extends WorkerEntrypoint) or
 * by its listeners for `fetch`.
 *
 * @throws Error when nothing could answer a request
 */
export function handlerOf(module: WorkerModule, listeners: readonly Listener[]): Handler {
  const worker: unknown = module.default;
  if (isClass(worker))
    return handler(
      (request, env, context) => fetchOf(new worker(context, env))(request, env, context),
      hasScheduled(worker.prototype)
        ? (controller, env, context) => scheduledOf(new worker(context, env))(controller)
        : undefined,
    );
  if (listeners.length > 0) return (request, _env, context) => dispatch(listeners, request, context);
  const { fetch } = Object(worker);
  if (typeof fetch === 'function')
    // Looked up anew for each request: a Worker may replace it, and it may use `this`.
    return handler(
      (request, env, context) => fetchOf(Object(worker))(request, env, context),
      hasScheduled(Object(worker))
        ? (controller, env, context) => scheduledOf(Object(worker))(controller, env, context)
        : undefined,
    );
  const handlers = Object.keys(Object(worker)).join(', ');
  throw new Error(
    'The default export of the Worker has no fetch handler' +
      (handlers ? `: it has ${handlers}, which no request can reach here.` : '.'),
  );
}

const handler = (fetch: Fetch, scheduled: Scheduled | undefined): Handler =>
  scheduled ? Object.assign(fetch, { scheduled }) : fetch;

const hasScheduled = (worker: object): boolean =>
  'scheduled' in worker && typeof worker.scheduled === 'function';

function scheduledOf(worker: object): (...args: unknown[]) => unknown {
  return (...args) => Reflect.apply(Object(worker).scheduled, worker, args);
}

/**
 * What workerd is to see as the default export: where that of the Worker is a class, a class with the same methods, which a
 * service binding may call.
 */
export function frontOf(main: Entrypoint, worker: unknown): unknown {
  if (!isClass(worker)) return main;
  const { scheduled } = main;
  const front = class extends worker {
    declare readonly env: unknown;
    declare readonly ctx: unknown;

    fetch(request: Request): Promise<Response> {
      return main.fetch(request, this.env, this.ctx);
    }
  };
  if (scheduled)
    Object.assign(front.prototype, {
      scheduled(this: InstanceType<typeof front>, controller: unknown) {
        return scheduled(controller, this.env, this.ctx);
      },
    });
  return front;
}

type EntrypointClass = new (context: unknown, env: unknown) => object;

const isClass = (value: unknown): value is EntrypointClass => typeof value === 'function';

function fetchOf(worker: object): Fetch {
  const { fetch }: { fetch?: unknown } = worker;
  if (typeof fetch !== 'function') throw new Error('The default export of the Worker has no fetch handler.');
  return (request, env, context) => Reflect.apply(fetch, worker, [request, env, context]);
}

/** What workerd's FetchEvent has and a listener uses; that class cannot be constructed. */
async function dispatch(
  listeners: readonly Listener[],
  request: Request,
  context: unknown,
): Promise<Response> {
  const { waitUntil, passThroughOnException } = Object(context);
  let answer: Response | Promise<Response> | undefined;
  let isStopped = false;
  const event = Object.assign(new Event('fetch', { cancelable: true }), {
    request,
    respondWith(response: Response | Promise<Response>): void {
      if (answer !== undefined) throw new Error('FetchEvent.respondWith() was called twice.');
      answer = response;
      isStopped = true;
    },
    waitUntil: (work: unknown): unknown => Reflect.apply(waitUntil, context, [work]),
    passThroughOnException: (): unknown => Reflect.apply(passThroughOnException, context, []),
  });
  for (const listener of listeners) {
    listener(event);
    if (isStopped) break;
  }
  if (answer === undefined)
    throw new Error('No listener for fetch called respondWith(), and there is no origin server to ask.');
  return answer;
}
