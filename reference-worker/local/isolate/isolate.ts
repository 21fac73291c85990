/** One evaluation of the Worker's modules, with module-level state of its own. */
export interface Instance {
  fetch(request: Request, env: unknown, context: unknown): Response | Promise<Response>;
}

export interface IsolateOptions {
  /** What the Worker sees as `request.cf`. */
  readonly cf: Readonly<Record<string, string>>;
  readonly first: Instance;
  /** Each evaluates the Worker's modules once more, and only once. */
  readonly spares: readonly (() => Promise<{ readonly default: Instance }>)[];
  setSkew(skewMs: number): void;
}

/** What a control socket takes, as the JSON body of `POST /`. */
export type IsolateCommand = { readonly skewMs: number } | { readonly cold: true };

/** The two entrypoints of a PoP's isolate. */
export interface Isolate {
  readonly main: Instance;
  readonly control: Instance;
}

/**
 * Stands in front of the Worker inside workerd. `main` sets `request.cf` and hands the request on; `control` takes
 * an `IsolateCommand` and answers 204, 400 for anything else, and 409 for a cold start when no spare is left.
 *
 * `request.cf` is set here because workerd's own means, `cfBlobHeader`, would let a client choose its PoP: the
 * header is read before `injectRequestHeaders` replaces it.
 *
 * A cold start forgets what the Worker's modules hold. What the Worker has put on `globalThis` or `env` stays, unlike
 * in a new isolate: requests that are under way may still need it.
 *
 * @throws Error when the Worker could not answer any request
 */
export function isolate({ cf, first, spares, setSkew }: IsolateOptions): Isolate {
  if (typeof first?.fetch !== 'function')
    throw new Error('The default export of the Worker has no fetch handler.');
  const init: RequestInit & { readonly cf: IsolateOptions['cf'] } = { cf };
  let current = first;
  const unused = [...spares];

  /**
   * Loads the new instance before it takes over: a request that loaded it would share the promise with the
   * requests beside it, and workerd lets none await what another one has started.
   */
  async function startCold(): Promise<Response> {
    const load = unused.shift();
    if (!load) {
      const message = `All ${spares.length} cold starts of this isolate are used up. Restart the platform.`;
      return new Response(message, { status: 409 });
    }
    current = (await load()).default;
    return new Response(null, { status: 204 });
  }

  return {
    main: { fetch: (request, env, context) => current.fetch(new Request(request, init), env, context) },
    control: {
      fetch: async (request) => {
        const command = request.method === 'POST' ? parseCommand(await request.text()) : undefined;
        if (!command) {
          const message = 'POST {"skewMs": <whole milliseconds>} or {"cold": true}.';
          return new Response(message, { status: 400 });
        }
        if ('cold' in command) return startCold();
        setSkew(command.skewMs);
        return new Response(null, { status: 204 });
      },
    },
  };
}

function parseCommand(body: string): IsolateCommand | undefined {
  try {
    const { skewMs, cold, ...rest } = JSON.parse(body);
    if (Object.keys(rest).length > 0) return undefined;
    if (cold === undefined && Number.isSafeInteger(skewMs)) return { skewMs };
    if (cold === true && skewMs === undefined) return { cold };
  } catch {
    // Not JSON, or not an object: no command either.
  }
  return undefined;
}
