import { type Chance, chanceOf } from '../../reference-worker/target/index.ts';
import { type Between, likeliest, quantileAt } from './censored.ts';
import type { Observer, ProbedPlace } from './observer.ts';
import { AT_ONCE, TTL_READS_MAX, WRITE_BURST, WRITE_BURSTS } from './spending.ts';

/** What was seen of KV, before anything is concluded. Times include the way to the probe. */
export interface SeenOfKv {
  readonly centralMs: readonly number[];
  readonly writeMs: readonly number[];
  /** Of reads that a cache answered. */
  readonly cachedMs: readonly number[];
  /** Whether the namespace says which reads a cache answered. */
  readonly tellsCache: boolean;
  /** How many reads in a row of a key that nobody had read found it in no cache. */
  readonly firstMisses: number;
  /** Whether a cache answered that there is no such key. */
  readonly cachesAbsence: boolean | undefined;
  /** For how long a cache answered; undefined: it did to the end. */
  readonly ttl: Between | undefined;
  /** Where the key was written, and read at once: how often it was there, and how old it was. */
  readonly atWriter: { readonly reads: number; readonly visible: number; readonly ageMs: number };
  /** How old a key was that another place saw, or did not see yet; undefined: there was no other place. */
  readonly propagation: readonly Between[] | undefined;
  /** How unsure these ages are. */
  readonly ageErrorMs: number;
  /** How many of so many writes of one key at once were accepted, each time. */
  readonly burst: readonly number[];
}

/** @throws LoadTestError as the probe does */
export async function observeKv(observer: Observer, seed: number): Promise<SeenOfKv> {
  const { places, plan, firstMark, onProgress } = observer;
  const [home] = places;
  if (!home) throw new Error('A calibration has one place at least.');
  const keyOf = (what: string, at: number): string => `${what}-${firstMark}-${at}`;

  const centralMs: number[] = [];
  let tellsCache = false;
  for (let at = 0; at < plan.centralReads; at += 1) {
    const answered = await home.probe.ask({ does: 'get', key: keyOf('absent', at) });
    const status = answered.did[0]?.cacheStatus;
    if (typeof status === 'string') tellsCache = true;
    if (status !== 'HIT') centralMs.push(answered.tookMs);
    onProgress('KV reads', at, plan.centralReads);
  }
  const burst: number[] = [];
  for (let at = 0; at < WRITE_BURSTS; at += 1) {
    const { did } = await home.probe.ask({
      ...{ does: 'put', key: keyOf('burst', at), value: 'x', times: WRITE_BURST },
    });
    burst.push(did.filter(({ error }) => error === undefined).length);
  }
  const { writeMs, atWriter, propagation, ageErrorMs } = await observePropagation(
    observer,
    home,
    keyOf,
    chanceOf(seed, 'calibration', 'kv'),
  );
  const ofCache = tellsCache
    ? await observeCache(observer, home, keyOf)
    : { cachedMs: [], firstMisses: 0, ttl: undefined, cachesAbsence: undefined };
  return {
    ...{ centralMs, writeMs, tellsCache, burst, atWriter, propagation, ageErrorMs },
    ...ofCache,
  };
}

type KeyOf = (what: string, at: number) => string;

/** Reads of one key in one round. */
const FILLING_READS = 40;
const POLL_MS = 250;
const TTL_LONGEST_MS = 150_000;

/** A key that is read until no cache answers any more, after which one does not know how many caches there are. */
async function observeCache({ plan, timing, onProgress }: Observer, { probe }: ProbedPlace, keyOf: KeyOf) {
  const key = keyOf('cached', 0);
  await probe.ask({ does: 'put', key, value: 'x' });
  // A key that nobody has read is in no cache, but may not be there yet.
  await timing.sleep(1_000);
  let [firstMisses, firstFilledMs, lastFilledMs] = [0, Number.NaN, 0];
  for (let at = 0; at < FILLING_READS; at += 1) {
    const answered = await probe.ask({ does: 'get', key });
    if (answered.did[0]?.cacheStatus === 'HIT') continue;
    firstMisses += 1;
    if (Number.isNaN(firstFilledMs)) firstFilledMs = answered.sentMs;
    lastFilledMs = answered.answeredMs;
  }
  const cachedMs: number[] = [];
  for (let at = 0; at < plan.cachedReads; at += 1) {
    const { did, tookMs } = await probe.ask({ does: 'get', key });
    if (did[0]?.cacheStatus === 'HIT') cachedMs.push(tookMs);
  }
  let ttl: Between | undefined;
  let answeredMs = timing.now();
  const reads = Math.min(TTL_READS_MAX - FILLING_READS - plan.cachedReads, TTL_LONGEST_MS / POLL_MS);
  for (let at = 0; at < reads && ttl === undefined; at += 1) {
    await timing.sleep(POLL_MS);
    const answered = await probe.ask({ does: 'get', key });
    if (answered.did[0]?.cacheStatus === 'HIT') answeredMs = answered.sentMs;
    // The first that is over was filled between the first and the last that were.
    else ttl = { overMs: answeredMs - lastFilledMs, atMostMs: answered.answeredMs - firstFilledMs };
    onProgress('KV caches', at, reads);
  }
  const absent = keyOf('absent-twice', 0);
  const { did } = await probe.ask({ does: 'get', key: absent, times: AT_ONCE });
  const cachesAbsence = did.some(({ cacheStatus, value }) => cacheStatus === 'HIT' && value === null);
  return { firstMisses, cachedMs, ttl, cachesAbsence };
}

const SOONEST_MS = 50;
const LATEST_MS = 60_000;
/** Before anything is known of the delay, ages are spread over all of it. */
const SPREAD_KEYS = 60;
const FIT_EVERY = 60;
/** The numbers that a profile states, each looked for as often as it is hard to find. */
const WANTED = [0.5, 0.95, 0.95, 0.99, 0.99, 0.2];
const AROUND = 0.3;

/**
 * Writes keys at one place, and looks for each once at every other, so that no cache can have it, at an age that tells most about
 * the delays that a profile states.
 */
async function observePropagation(
  { places, plan, timing, onProgress }: Observer,
  home: ProbedPlace,
  keyOf: KeyOf,
  chance: Chance,
) {
  const others = places.filter((place) => place !== home);
  const writeMs: number[] = [];
  const readMs: number[] = [];
  const propagation: Between[] = [];
  const due: {
    readonly atMs: number;
    readonly place: ProbedPlace;
    readonly key: string;
    readonly writtenMs: number;
  }[] = [];
  let [visible, reads, ageMs] = [0, 0, 0];
  let fitted: ReturnType<typeof likeliest> | undefined;
  const drawnAgeMs = (at: number): number => {
    if (!fitted) return SOONEST_MS * (LATEST_MS / SOONEST_MS) ** chance();
    const around = 1 + AROUND * (2 * chance() - 1);
    return quantileAt(fitted, WANTED[at % WANTED.length] ?? 0.5) * around;
  };
  let written = 0;
  while (written < plan.keys || due.length > 0) {
    const next = due[0];
    if (next && (next.atMs <= timing.now() || written === plan.keys)) {
      due.shift();
      await timing.sleep(Math.max(0, next.atMs - timing.now()));
      const answered = await next.place.probe.ask({ does: 'get', key: next.key });
      readMs.push(answered.tookMs);
      const seenMs = (answered.sentMs + answered.answeredMs) / 2 - next.writtenMs;
      const isThere = answered.did[0]?.value != null;
      if (answered.did[0]?.error === undefined)
        propagation.push(
          isThere ? { overMs: 0, atMostMs: seenMs } : { overMs: seenMs, atMostMs: Number.POSITIVE_INFINITY },
        );
      continue;
    }
    const key = keyOf('spread', written);
    const put = await home.probe.ask({ does: 'put', key, value: 'x' });
    written += 1;
    onProgress('KV propagation', written, plan.keys);
    if (put.did[0]?.error !== undefined) continue;
    writeMs.push(put.tookMs);
    const writtenMs = (put.sentMs + put.answeredMs) / 2;
    const here = await home.probe.ask({ does: 'get', key });
    reads += 1;
    if (here.did[0]?.value != null) visible += 1;
    ageMs += (here.sentMs + here.answeredMs) / 2 - writtenMs;
    if (written > SPREAD_KEYS && written % FIT_EVERY === 1 && propagation.length > 0)
      fitted = likeliest(propagation);
    for (const place of others) {
      const atMs = writtenMs + Math.min(LATEST_MS, drawnAgeMs(written));
      due.push({ atMs, place, key, writtenMs });
    }
    due.sort((a, b) => a.atMs - b.atMs);
  }
  const medianMs = (of: readonly number[]): number =>
    of.toSorted((a, b) => a - b)[Math.floor(of.length / 2)] ?? 0;
  return {
    writeMs,
    atWriter: { reads, visible, ageMs: ageMs / Math.max(1, reads) },
    propagation: others.length > 0 ? propagation : undefined,
    ageErrorMs: (medianMs(writeMs) + medianMs(readMs)) / 2,
  };
}
