import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { type Backend, backendServer, NO_USAGE, WaitingRequests } from '../backend/index.ts';
import type { Behaviour } from '../behaviour/index.ts';
import { timeOf } from '../clock/index.ts';
import { FaultInjector } from '../faults/index.ts';
import { Distribution } from '../latency/index.ts';
import type { MakeUpstream } from './handler.ts';
import { UpstreamApi } from './upstream-api.ts';

/** An upstream that a Worker is given the address of. */
export const UpstreamSpec = z.strictObject({
  /** The absolute path of the module that exports by default how it is made. */
  module: z.string(),
  /** How many calls a token has in any period of that length; as many as it likes unless told otherwise. */
  budget: z.strictObject({ calls: z.int().positive(), withinMs: z.number().positive() }).optional(),
  /** From a call to its reply. */
  latencyMs: Distribution.default(0),
});
export type UpstreamSpec = z.input<typeof UpstreamSpec>;

const Module = z.object({ default: z.custom<MakeUpstream>((value) => typeof value === 'function') });

/** An upstream with its server, its clock and its faults. @throws Error for a module that exports none */
export async function upstreamPart(
  name: string,
  { module, budget, latencyMs }: z.output<typeof UpstreamSpec>,
  { clock: kind, seed }: Behaviour,
): Promise<{ readonly server: Server; readonly api: UpstreamApi; readonly part: Backend }> {
  const { default: make } = Module.parse(await import(pathToFileURL(module).href));
  const { clock, advance, untilNextMs } = timeOf(kind);
  const faults = new FaultInjector(clock, seed, `upstream ${name}`);
  const waiting = new WaitingRequests(clock);
  const api = new UpstreamApi({ name, make, budget, latencyMs, clock, seed, faults, waiting });
  return {
    api,
    server: backendServer((request, response) => serve(api, request, response)),
    part: {
      advance,
      untilNextMs: async () => untilNextMs(),
      setFaults: async (plan) => faults.set(plan),
      faultReports: async () => faults.report(),
      waiting: async () => waiting.list(),
      usage: async () => NO_USAGE,
    },
  };
}

async function serve(api: UpstreamApi, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await text(request).catch(() => undefined);
  // The caller went away before it had said what it wants.
  if (body === undefined) return;
  const { method = 'GET', url = '/', headers } = request;
  const reply = await api.call({ method, path: url, authorization: headers.authorization, body });
  if (!reply) {
    response.destroy();
    return;
  }
  const { status, body: answer, retryAfterMs } = reply;
  const wait = retryAfterMs !== undefined && { 'retry-after': String(Math.ceil(retryAfterMs / 1_000)) };
  response.writeHead(status, { 'content-type': 'application/json', ...wait }).end(JSON.stringify(answer));
}
