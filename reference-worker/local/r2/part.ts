import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { z } from 'zod';
import {
  type Backend,
  type BucketUsage,
  backendServer,
  NO_USAGE,
  WaitingRequests,
} from '../backend/index.ts';
import type { Behaviour } from '../behaviour/index.ts';
import { type Clock, delay, timeOf } from '../clock/index.ts';
import { FaultInjector } from '../faults/index.ts';

/** What workerd's own client of R2 asks: in a header, or at the beginning of the body. */
const Asked = z.object({ method: z.string(), object: z.string().optional() });

type Operation = 'get' | 'put' | 'delete' | 'list';
/** Of each method of that client; an upload in parts is a write. */
const OPERATIONS: Readonly<Record<string, Operation>> = {
  head: 'get',
  get: 'get',
  delete: 'delete',
  list: 'list',
};

const COUNTED = { get: 'reads', put: 'writes', delete: 'deletes', list: 'lists' } as const;

/** R2's "internal error, please try again" (developers.cloudflare.com/r2/api/error-codes). */
const INTERNAL_ERROR = 10_001;

interface Bucket {
  readonly name: string;
  /** Where the simulator serves it. */
  readonly url: string;
  readonly clock: Clock;
  readonly faults: FaultInjector;
  readonly waiting: WaitingRequests;
  usage: BucketUsage;
}

/** A bucket with its server, its clock and its faults. @param port of the simulator that holds its objects */
export function bucketPart(
  name: string,
  port: number,
  { clock: kind, seed }: Behaviour,
): { readonly server: Server; readonly part: Backend } {
  const { clock, advance, untilNextMs } = timeOf(kind);
  const faults = new FaultInjector(clock, seed, `bucket ${name}`);
  const waiting = new WaitingRequests(clock);
  const bucket: Bucket = {
    ...{ name, clock, faults, waiting, url: `http://127.0.0.1:${port}` },
    usage: { bucket: name, reads: 0, writes: 0, deletes: 0, lists: 0 },
  };
  return {
    server: backendServer((request, response) => {
      // Whatever goes wrong between here and the simulator looks to the Worker as a connection that was lost.
      serve(bucket, request, response).catch(() => response.destroy());
    }),
    part: {
      advance,
      untilNextMs: async () => untilNextMs(),
      setFaults: async (plan) => faults.set(plan),
      faultReports: async () => faults.report(),
      waiting: async () => waiting.list(),
      usage: async () => ({ ...NO_USAGE, buckets: [bucket.usage] }),
    },
  };
}

async function serve(bucket: Bucket, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { clock, faults, waiting } = bucket;
  const body = await buffer(request);
  const { method, object = '' } = askedIn(request, body);
  const operation = OPERATIONS[method] ?? 'put';
  const occasion = { bucket: bucket.name, operation, key: object };
  bucket.usage = { ...bucket.usage, [COUNTED[operation]]: bucket.usage[COUNTED[operation]] + 1 };
  const slow = faults.fires('r2-slow', occasion);
  if (slow) await waiting.during({ reason: 'r2' }, delay(clock, slow.addMs));
  const error = faults.fires('r2-error', occasion);
  if (error?.when === 'before') return refuse(response);
  const answer = await fetch(bucket.url + request.url, {
    method: request.method ?? 'GET',
    headers: passedOn(request),
    ...(body.length > 0 && { body: new Uint8Array(body) }),
  });
  const content = Buffer.from(await answer.arrayBuffer());
  if (error) return refuse(response);
  response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(content);
}

function askedIn({ headers }: IncomingMessage, body: Buffer): z.infer<typeof Asked> {
  const inHeader = headers['cf-r2-request'];
  const size = Number(headers['cf-r2-metadata-size'] ?? 0);
  return Asked.parse(JSON.parse(typeof inHeader === 'string' ? inHeader : body.toString('utf8', 0, size)));
}

/** Those of the binding, and none of this connection. */
const passedOn = ({ headers }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      name.startsWith('cf-') && typeof value === 'string' ? [[name, value]] : [],
    ),
  );

function refuse(response: ServerResponse): void {
  const error = {
    version: 1,
    v4code: INTERNAL_ERROR,
    message: 'We encountered an internal error. Please try again.',
  };
  response.writeHead(500, { 'cf-r2-error': JSON.stringify(error) }).end();
}
