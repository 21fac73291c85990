import type { Entrypoint, Handler } from './handler.ts';
import type { Invocations } from './invocation-limits.ts';

export interface IsolatesOptions {
  /** What the Worker sees as `request.cf`. */
  readonly cf: Readonly<Record<string, string>>;
  /** One for each isolate. */
  readonly handlers: readonly Handler[];
  /** Each evaluates the Worker's modules once more, and only once. */
  readonly spares: readonly (() => Promise<Handler>)[];
  /** The header in which a caller names the operation of a request. The Worker does not see it. */
  readonly operationHeader: string;
  /** Of the choice of an isolate for each request. */
  readonly seed: number;
  readonly invocations: Invocations;
  setSkew(skewMs: number): void;
}

/** What a control socket takes, as the JSON body of `POST /`. */
export type IsolateCommand =
  | { readonly skewMs: number }
  | { readonly cold: true }
  /** The choice of isolates begins again, so that the same requests reach the same ones from here on. */
  | { readonly choice: 'anew' };

/** The two entrypoints of a PoP. */
export interface Isolates {
  readonly main: Entrypoint;
  readonly control: Entrypoint;
}

/**
 * Stands in front of the Worker inside workerd. `main` sets `request.cf` and hands the request on to one of the PoP's
 * isolates, chosen anew for each request; `control` takes an `IsolateCommand` and answers 204, 400 for anything else,
 * and 409 for a cold start when too few spares are left. `GET /` on it is an `InvocationReport`.
 *
 * `request.cf` is set here because workerd's own means, `cfBlobHeader`, would let a client choose its PoP: the
 * header is read before `injectRequestHeaders` replaces it.
 *
 * An isolate is an evaluation of the Worker's modules: what they hold is its own, and a cold start forgets it. What the
 * Worker has put on `globalThis` or `env` is shared and stays, unlike on Cloudflare. A V8 isolate for each would take a
 * call from one Worker to another for every request, which costs a third of the throughput.
 */
export function isolates(options: IsolatesOptions): Isolates {
  const { cf, handlers, spares, operationHeader, seed, invocations, setSkew } = options;
  const init: RequestInit & { readonly cf: IsolatesOptions['cf'] } = { cf };
  let current = handlers;
  const unused = [...spares];
  let choose = choiceOf(seed, handlers.length);

  /**
   * Loads the new instances before they take over: a request that loaded one would share the promise with the
   * requests beside it, and workerd lets none await what another one has started.
   */
  async function startCold(): Promise<Response> {
    if (unused.length < current.length) {
      const used = Math.floor(spares.length / current.length);
      const message = `All ${used} cold starts of this PoP are used up. Restart the platform with more coldStarts.`;
      return new Response(message, { status: 409 });
    }
    const loads = unused.splice(0, current.length);
    const loaded: Handler[] = [];
    for (const load of loads) loaded.push(await load());
    current = loaded;
    return new Response(null, { status: 204 });
  }

  return {
    main: {
      fetch: (request, env, context) => {
        const handler = current[choose()] ?? notThere;
        const asked = new Request(request, init);
        const operation = asked.headers.get(operationHeader) ?? undefined;
        if (operation !== undefined) asked.headers.delete(operationHeader);
        return invocations.run(() => handler(asked, env, context), operation);
      },
      ...(handlers[0]?.scheduled && {
        scheduled: (controller: unknown, env: unknown, context: unknown) => {
          const handler = current[choose()] ?? notThere;
          return invocations.run(() => handler.scheduled?.(controller, env, context));
        },
      }),
    },
    control: {
      fetch: async (request) => {
        if (request.method === 'GET') return Response.json(invocations.report());
        const command = request.method === 'POST' ? parseCommand(await request.text()) : undefined;
        if (!command) {
          const message = 'POST {"skewMs": <whole milliseconds>}, {"cold": true} or {"choice": "anew"}.';
          return new Response(message, { status: 400 });
        }
        if ('cold' in command) return startCold();
        if ('choice' in command) choose = choiceOf(seed, handlers.length);
        else setSkew(command.skewMs);
        return new Response(null, { status: 204 });
      },
    },
  };
}

const notThere: Handler = () => {
  throw new Error('A PoP has one isolate at least.');
};

/**
 * Draws one of `count`, evenly and always the same from the same seed: one round of a 32-bit mixing function over a
 * counter (Steele, Lea and Flood, Fast Splittable Pseudorandom Number Generators, 2014).
 */
export function choiceOf(seed: number, count: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return Math.floor((((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32) * count);
  };
}

function parseCommand(body: string): IsolateCommand | undefined {
  try {
    const command: Record<string, unknown> = JSON.parse(body);
    const [[name, value] = [], ...others] = Object.entries(command);
    if (others.length > 0) return undefined;
    if (name === 'skewMs' && Number.isSafeInteger(value)) return { skewMs: Number(value) };
    if (name === 'cold' && value === true) return { cold: true };
    if (name === 'choice' && value === 'anew') return { choice: 'anew' };
  } catch {
    // Not JSON, or not an object: no command either.
  }
  return undefined;
}
