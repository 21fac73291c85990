import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import { type Backend, backendServer, NO_USAGE, popOf } from '../backend/index.ts';
import type { Behaviour } from '../behaviour/index.ts';
import { timeOf } from '../clock/index.ts';
import { RateLimits } from './rate-limits.ts';

const Asked = z.object({ key: z.string(), limit: z.number(), period: z.number() });

/** The rate limits of all namespaces with their server and their clock. A call names its namespace in `x-namespace`. */
export function limitsPart({ clock: kind }: Behaviour): { readonly server: Server; readonly part: Backend } {
  const { clock, advance, untilNextMs } = timeOf(kind);
  const limits = new RateLimits(clock);
  return {
    server: backendServer((request, response) => serve(limits, request, response)),
    part: {
      advance,
      untilNextMs: async () => untilNextMs(),
      setFaults: async () => undefined,
      faultReports: async () => [],
      waiting: async () => [],
      usage: async () => NO_USAGE,
    },
  };
}

/** In the words of miniflare's binding, which stands in the Worker's workerd. */
async function serve(limits: RateLimits, request: IncomingMessage, response: ServerResponse): Promise<void> {
  // The caller went away before it had said what it wants, or has said what nobody understands.
  const asked = Asked.safeParse(await json(request).catch(() => undefined));
  if (!asked.success) {
    response.writeHead(400).end();
    return;
  }
  const { key, limit, period } = asked.data;
  const name = JSON.stringify([popOf(request), request.headers['x-namespace'], key]);
  const body = JSON.stringify({ success: limits.allows(name, limit, period) });
  response.writeHead(200, { 'content-type': 'application/json' }).end(body);
}
