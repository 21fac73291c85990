type Fetch = (request: Request, env: unknown, context: unknown) => Response | Promise<Response>;

/** One evaluation of the Worker's modules, with module-level state of its own, and what answers its requests. */
export type Handler = Fetch;

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
    return (request, env, context) => fetchOf(new worker(context, env))(request, env, context);
  if (listeners.length > 0) return (request, _env, context) => dispatch(listeners, request, context);
  const { fetch } = Object(worker);
  if (typeof fetch === 'function')
    // Looked up anew for each request: a Worker may replace it, and it may use `this`.
    return (request, env, context) => fetchOf(Object(worker))(request, env, context);
  const handlers = Object.keys(Object(worker)).join(', ');
  throw new Error(
    'The default export of the Worker has no fetch handler' +
      (handlers ? `: it has ${handlers}, which no request can reach here.` : '.'),
  );
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
