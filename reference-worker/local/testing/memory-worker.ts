/** What the memory Worker answers. */
export interface MemoryReply {
  /** How many requests these modules have served, this one included: module-level state. */
  readonly requests: number;
  /** The current time by every means that a Worker has of asking `Date`. */
  readonly clocks: readonly number[];
  /** What `Date.now` told when these modules were loaded. */
  readonly loadedMs: number;
  readonly cf: unknown;
  readonly bindings: Readonly<Record<string, unknown>>;
}

let requests = 0;
const { now } = Date;
const loadedMs = now();

/** Remembers across requests, as a Worker should not, and tells what its isolate looks like from within. */
export default {
  async fetch(request: Request & { cf?: unknown }, bindings: Record<string, unknown>): Promise<Response> {
    requests += 1;
    await request.text();
    const clocks = [Date.now(), now(), Date.parse(new Date().toISOString()), Date.parse(Date())];
    return Response.json({ requests, clocks, loadedMs, cf: request.cf, bindings } satisfies MemoryReply);
  },
};
