import type { Between } from './censored.ts';
import type { Observer, ProbedPlace, ServedRead } from './observer.ts';
import type { ProbeAnswer } from './probe.ts';
import { wayOf } from './quantiles.ts';
import { LOOK, LOOKS_MAX } from './spending.ts';

/** From the mark of a write to the looks that show it, of each replica. */
class MarkedWrite {
  readonly #committedMs: number;
  readonly #mark: number;
  readonly #seen = new Map<string, Between>();

  /** In the middle of what the write took: half of the way, and some time while the database was at it. */
  constructor({ sentMs, answeredMs }: ProbeAnswer, mark: number) {
    this.#committedMs = (sentMs + answeredMs) / 2;
    this.#mark = mark;
  }

  /** @param atMs when the replica was looked at */
  look(stream: string, mark: number, atMs: number): void {
    const { overMs, atMostMs } = this.#seen.get(stream) ?? UNKNOWN;
    const ageMs = Math.max(0, atMs - this.#committedMs);
    this.#seen.set(
      stream,
      mark >= this.#mark
        ? { overMs, atMostMs: Math.max(overMs, Math.min(atMostMs, ageMs)) }
        : { overMs: Math.max(overMs, ageMs), atMostMs: Math.max(atMostMs, ageMs) },
    );
  }

  isSeenBy(stream: string): boolean {
    return Number.isFinite(this.lagOf(stream).atMostMs);
  }

  lagOf(stream: string): Between {
    return this.#seen.get(stream) ?? UNKNOWN;
  }
}

const UNKNOWN: Between = { overMs: 0, atMostMs: Number.POSITIVE_INFINITY };

/** What was seen of replication. */
export interface SeenLags {
  /** For each database and replica, in the order of time. */
  readonly streams: readonly (readonly Between[])[];
  /** How unsure the moments of commits and looks are: the ways to replicas vary, and a write takes its time. */
  readonly errorMs: number;
}

/** Commits close to each other are late alike: more of them in this time would teach nothing. */
const PAUSE_MS = 1_000;
/** The longer it has taken, the less it matters when exactly it ends. */
const DATABASES = ['DB', 'OTHER'] as const;
const COARSER = 1 / 20;

/**
 * Writes marks at the primary, and looks until every replica of both databases shows them.
 *
 * A bracket must be the one that a lag fell into, and not one that surely holds it: brackets that overlap would make the distribution
 * look narrower than it is. So moments are taken where they most likely were, and how unsure they are is told apart.
 *
 * @param from what was read before, from every place
 */
export async function observeLag(
  { plan, timing, firstMark, onProgress }: Observer,
  { probe, pop }: ProbedPlace,
  from: readonly ServedRead[],
): Promise<SeenLags> {
  const served = from.filter((each) => each.pop === pop && !each.isPrimary);
  const ways = new Map(
    [...Map.groupBy(served, ({ region }) => region)].map(([region, reads]) => [
      region,
      wayOf(reads.map(withoutSql)),
    ]),
  );
  const streams = [...ways.keys()].flatMap((region) => DATABASES.map((database) => `${database} ${region}`));
  const lags = new Map<string, Between[]>(streams.map((stream) => [stream, []]));
  if (streams.length === 0) return { streams: [], errorMs: 0 };
  const writesMs: number[] = [];
  const untilMs = timing.now() + plan.marksMs;
  for (let at = 0; at < plan.marks && timing.now() < untilMs; at += 1) {
    const mark = firstMark + at;
    const writes = new Map<string, MarkedWrite>();
    for (const database of DATABASES) {
      const written = await probe.ask({ does: 'write', database, session: 'first-primary', mark });
      if (written.did[0]?.error === undefined) writes.set(database, new MarkedWrite(written, mark));
      writesMs.push(written.did[0]?.sqlMs ?? 0);
    }
    const writeOf = (stream: string): MarkedWrite | undefined => writes.get(stream.split(' ')[0] ?? '');
    const startMs = timing.now();
    for (let look = 0; look < LOOKS_MAX && timing.now() - startMs < plan.markMs; look += 1) {
      const { did, sentMs } = await probe.ask({ does: 'read', of: LOOK, session: 'first-unconstrained' });
      for (const { database = 'DB', region, isPrimary, mark: shown } of did)
        if (isPrimary === false && typeof shown === 'number' && region)
          writes
            .get(database)
            ?.look(`${database} ${region}`, shown, sentMs + (ways.get(region)?.medianMs ?? 0) / 2);
      if (streams.every((stream) => writeOf(stream)?.isSeenBy(stream) !== false)) break;
      await timing.sleep((timing.now() - startMs) * COARSER);
    }
    for (const [stream, seen] of lags) {
      const write = writeOf(stream);
      if (write) seen.push(write.lagOf(stream));
    }
    onProgress('replica lag', at, plan.marks);
    await timing.sleep(PAUSE_MS);
  }
  const errorsMs = [...ways.values()].map(({ errorMs }) => errorMs);
  return { streams: [...lags.values()], errorMs: Math.max(...errorsMs) / 2 + wayOf(writesMs).medianMs / 2 };
}

const withoutSql = ({ tookMs, sqlMs = 0 }: ServedRead): number => tookMs - sqlMs;
