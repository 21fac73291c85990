import pidusage from 'pidusage';
import { z } from 'zod';
import { INVOCATION_LIMITS, type WorkersPlan } from './isolate/index.ts';

const count = z.int().nonnegative();

/** What a PoP's isolates tell of their invocations. */
const Report = z.object({
  invocations: count,
  most: z.object({ d1Queries: count, kvOperations: count, fetches: count, waitingForHeaders: count }),
  operations: z.record(
    z.string(),
    z.object({ requests: count, kvReads: count, kvWrites: count, kvDeletes: count, kvLists: count }),
  ),
});

/** What a Worker has used since it was started. */
export interface WorkerUse extends z.infer<typeof Report> {
  readonly name: string;
  /** Of its process, which serves all its isolates. */
  readonly memoryBytes: number;
  /** Processor time of its process, start included. */
  readonly cpuMs: number;
}

/**
 * Measures a Worker's process and asks its isolates. The process runs every isolate of every PoP and workerd itself, so
 * its memory is an upper bound for an isolate's, and its processor time over its invocations one for their mean.
 *
 * @param urls of the control sockets of its PoPs
 */
export async function workerUse(name: string, pid: number, urls: readonly string[]): Promise<WorkerUse> {
  const reports = await Promise.all(urls.map(async (url) => Report.parse(await (await fetch(url)).json())));
  const { memory, ctime } = await pidusage(pid);
  const most = (of: keyof WorkerUse['most']): number => Math.max(...reports.map((report) => report.most[of]));
  const operations = new Map<string, WorkerUse['operations'][string]>();
  for (const [operation, use] of reports.flatMap((report) => Object.entries(report.operations))) {
    const before = operations.get(operation);
    operations.set(operation, {
      requests: use.requests + (before?.requests ?? 0),
      kvReads: use.kvReads + (before?.kvReads ?? 0),
      kvWrites: use.kvWrites + (before?.kvWrites ?? 0),
      kvDeletes: use.kvDeletes + (before?.kvDeletes ?? 0),
      kvLists: use.kvLists + (before?.kvLists ?? 0),
    });
  }
  return {
    name,
    memoryBytes: memory,
    cpuMs: ctime,
    operations: Object.fromEntries(operations),
    invocations: reports.reduce((sum, { invocations }) => sum + invocations, 0),
    most: {
      d1Queries: most('d1Queries'),
      kvOperations: most('kvOperations'),
      fetches: most('fetches'),
      waitingForHeaders: most('waitingForHeaders'),
    },
  };
}

/** In one line: what was used, and what Cloudflare allows. */
export function describeUse(
  { name, memoryBytes, cpuMs, invocations, most }: WorkerUse,
  plan: WorkersPlan,
): string {
  const limits = INVOCATION_LIMITS[plan];
  const used = [
    `${most.d1Queries} calls to D1 of ${limits.d1Queries}`,
    `${most.kvOperations} to KV of ${limits.kvOperations}`,
    `${most.fetches} of fetch of ${limits.fetches}`,
    `${most.waitingForHeaders} at once of ${limits.connections}`,
  ];
  const meanMs = (cpuMs / Math.max(1, invocations)).toFixed(1);
  return (
    `${name}: requests ${invocations}; the most that one made: ${used.join(', ')}. Its process, with all isolates: ` +
    `${(memoryBytes / 1e6).toFixed(0)} MB (Cloudflare ends an isolate at 128 MB, workerd here does not), ` +
    `${meanMs} ms of processor time a request, its start included (Cloudflare allows ${limits.cpuMs} ms).`
  );
}
