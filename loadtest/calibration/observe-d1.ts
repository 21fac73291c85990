import type { Observer, ProbedPlace, ServedRead } from './observer.ts';
import type { Done, ProbeAnswer } from './probe.ts';
import { AT_ONCE, BATCH } from './spending.ts';

/** What was seen of D1 at rest, from every place. */
export interface SeenReads {
  /** By PoP: how long the way to the probe and back took. */
  readonly nothingMs: ReadonlyMap<string, readonly number[]>;
  readonly served: readonly ServedRead[];
  /** What D1 said where it did not answer. */
  readonly errors: readonly string[];
  /** How often D1 tried again. */
  readonly retries: number;
}

/** Reads that reach whatever instance D1 chooses, one after the other. @throws LoadTestError as the probe does */
export async function observeReads({ places, plan, onProgress }: Observer): Promise<SeenReads> {
  const nothingMs = new Map<string, number[]>(places.map(({ pop }) => [pop, []]));
  const served: ServedRead[] = [];
  const errors: string[] = [];
  let retries = 0;
  const nothingEvery = Math.max(1, Math.floor(plan.reads / plan.nothings));
  for (let at = 0; at < plan.reads; at += 1) {
    // In turns, so that a change of the network meets all places alike.
    for (const { probe, pop } of places) {
      if (at % nothingEvery === 0) nothingMs.get(pop)?.push((await probe.ask({ does: 'nothing' })).tookMs);
      const answered = await probe.ask({ does: 'read', session: 'first-unconstrained' });
      for (const done of answered.did) {
        if (done.error !== undefined) errors.push(done.error);
        retries += (done.attempts ?? 1) - 1;
        const seen = servedBy(done, pop, answered);
        if (seen) served.push(seen);
      }
    }
    onProgress('reads', at, plan.reads);
  }
  return { nothingMs, served, errors, retries };
}

/** How long D1 says that statements occupied it, in milliseconds. */
export interface SeenService {
  readonly readMs: readonly number[];
  readonly writeMs: readonly number[];
  /** Of whole batches of so many reads as the plan says. */
  readonly batchMs: readonly number[];
}

/** Statements at the primary, by kind. @throws LoadTestError as the probe does */
export async function observeService(
  { plan, onProgress }: Observer,
  { probe }: ProbedPlace,
): Promise<SeenService> {
  const timesOf = async (what: string, requests: number, ask: (at: number) => Promise<ProbeAnswer>) => {
    const found: number[] = [];
    for (let at = 0; at < requests; at += 1) {
      for (const { sqlMs } of (await ask(at)).did) if (typeof sqlMs === 'number') found.push(sqlMs);
      onProgress(what, at, requests);
    }
    return found;
  };
  const atPrimary = { session: 'first-primary', times: AT_ONCE } as const;
  return {
    readMs: await timesOf('service of reads', plan.serviceReads / AT_ONCE, () =>
      probe.ask({ does: 'read', ...atPrimary }),
    ),
    // Of the other database, whose bookmarks so stay ahead of the first one's.
    writeMs: await timesOf('service of writes', plan.serviceWrites / AT_ONCE, (at) =>
      probe.ask({ does: 'write', database: 'OTHER', ...atPrimary, mark: at + 1 }),
    ),
    batchMs: await timesOf('batches', plan.batches, () => probe.ask({ does: 'batch', statements: BATCH })),
  };
}

/** The place from which D1 is asked fastest: what it sees is told apart most finely. */
export function nearestPlace(places: readonly ProbedPlace[], served: readonly ServedRead[]): ProbedPlace {
  const meanOf = (of: string): number => {
    const times = served.filter(({ pop }) => pop === of).map(({ tookMs }) => tookMs);
    return times.reduce((sum, each) => sum + each, 0) / Math.max(1, times.length);
  };
  const [first] = places.toSorted((a, b) => meanOf(a.pop) - meanOf(b.pop));
  if (!first) throw new Error('A calibration has one place at least.');
  return first;
}

/** The answer of an instance that says who it is. */
function servedBy(
  { region, colo, isPrimary, sqlMs }: Done,
  pop: string,
  { tookMs }: ProbeAnswer,
): ServedRead | undefined {
  if (typeof region !== 'string' || typeof isPrimary !== 'boolean') return undefined;
  return { pop, region, colo: colo ?? '', isPrimary, tookMs, sqlMs: sqlMs ?? undefined };
}
