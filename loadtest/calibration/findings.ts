import type { BookmarkPolicy } from '../../reference-worker/target/index.ts';
import { fitBetween, inflationOf, likeliest } from './censored.ts';
import { type BookmarkFinding, type SeenOfBookmarks, STRANGE } from './observe-bookmarks.ts';
import type { SeenReads, SeenService } from './observe-d1.ts';
import type { SeenOfKv } from './observe-kv.ts';
import type { SeenLags } from './observe-lag.ts';
import type { ServedRead } from './observer.ts';
import {
  type Estimates,
  estimatesOf,
  type IntervalEstimate,
  meanOf,
  relativeHalfWidth,
  STATED,
  shareOf,
  wayOf,
  widened,
} from './quantiles.ts';
import { BATCH, WRITE_BURST } from './spending.ts';

/** Everything that was seen in one calibration. */
export interface SeenOfAccount {
  readonly pops: readonly string[];
  readonly reads: SeenReads;
  readonly service: SeenService;
  readonly lags: SeenLags;
  readonly bookmarks: SeenOfBookmarks;
  readonly kv: SeenOfKv;
  /** By PoP, and by isolate: how often it answered. */
  readonly isolates: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

/** A number of a profile, by its path. */
export interface Measured extends IntervalEstimate {
  readonly path: string;
}

/** What a profile has, and this calibration could not see. */
export interface Unseen {
  readonly path: string;
  readonly why: string;
}

export interface CalibrationFindings {
  readonly measured: readonly Measured[];
  /** Estimates that are too unsure to be called measured, and still narrower than themselves: better than what somebody assumed. */
  readonly unsure: readonly Measured[];
  readonly unseen: readonly Unseen[];
  /** Undefined: it could not be told. */
  readonly policy: BookmarkPolicy | undefined;
  readonly bookmarks: SeenOfBookmarks['strange'];
  readonly hasReplicas: boolean;
  readonly cachesAbsence: boolean | undefined;
}

/** A number counts as measured where the half of its interval is at most this share of it. */
const PRECISION = 0.15;
/** Fewer samples say nothing of a percentile. */
const FEWEST = 30;
const ISOLATE_SEEN_OFTEN = 3;
const CACHES_MAX = 8;
const MUCH_LONGER = 10;

/** Names every number that was seen, with its interval, and by name what was not. */
export function findingsOf(seen: SeenOfAccount): CalibrationFindings {
  const found: Measured[] = [];
  const unseen: Unseen[] = [];
  const take = (path: string, estimate: IntervalEstimate): void => void found.push({ path, ...estimate });
  const takeAll = (path: string, estimates: Estimates, byMs = 0): void => {
    for (const name of STATED) take(`${path}.${name}`, widened(estimates[name], byMs));
  };
  const miss = (path: string, why: string): void => void unseen.push({ path, why });
  const times = (path: string, samples: readonly number[], byMs = 0): void => {
    if (samples.length < FEWEST)
      miss(path, `there are ${samples.length} samples of it, and ${FEWEST} are needed`);
    else takeAll(path, estimatesOf(samples), byMs);
  };
  ofTheWays(seen, times, take, miss);
  const { readMs, writeMs, batchMs } = seen.service;
  times('d1.readServiceMs', [...readMs, ...seen.reads.served.flatMap(({ sqlMs }) => sqlMs ?? [])]);
  times('d1.writeServiceMs', writeMs);
  if (batchMs.length < FEWEST || readMs.length < FEWEST)
    miss('d1.furtherStatementMs', 'D1 did not say how long its SQL takes');
  else take('d1.furtherStatementMs', furtherOf(readMs, batchMs));
  const hasReplicas = seen.reads.served.some(({ isPrimary }) => !isPrimary);
  if (hasReplicas) ofLag(seen.lags, takeAll, miss);
  else miss('d1.replicaLagMs', 'no replica answered');
  const policy = ofBookmarks(seen.bookmarks, take, miss);
  ofKv(seen, times, takeAll, take, miss);
  const isolates = ofIsolates(seen.isolates);
  if (isolates) take('isolatesPerPop', isolates);
  else miss('isolatesPerPop', 'some isolate answered too rarely to know that there are no more');
  for (const [path, why] of NEVER_SEEN) miss(path, why);
  const told = found.filter((each) => !isNoise(each, found));
  for (const stem of new Set(found.filter((each) => isNoise(each, found)).map(stemOf)))
    miss(stem, 'what was seen of it has an interval wider than itself');
  return {
    measured: told.filter(isSure),
    unsure: told.filter((each) => !isSure(each)),
    ...{ unseen, policy, hasReplicas },
    bookmarks: seen.bookmarks.strange,
    cachesAbsence: seen.kv.cachesAbsence,
  };
}

const isSure = (estimate: IntervalEstimate): boolean => relativeHalfWidth(estimate) <= PRECISION;

/** Beyond it an estimate says less than the number that somebody assumed. */
const NOISE = 0.5;

/**
 * Whether the middle of a duration, or a number that stands alone, is lost in its interval. A bound that is known from one side says
 * something all the same, and so does a share that is next to nothing.
 */
function isNoise(each: Measured, found: readonly Measured[]): boolean {
  const stem = stemOf(each);
  const middle = found.find(({ path }) => path === `${stem}.p50`) ?? each;
  return (
    Number.isFinite(middle.high) && !stem.startsWith('d1.nearest.') && !(relativeHalfWidth(middle) <= NOISE)
  );
}

/** The path of the duration that a percentile belongs to. */
const stemOf = ({ path }: Measured): string => path.replace(/\.(?:min|p50|p95|p99)$/, '');

/** What no request of a probe shows. */
const NEVER_SEEN: readonly (readonly [path: string, why: string])[] = [
  ['d1.forwardingMs', 'D1 does not say which replica has forwarded a write'],
  ['d1.lagHoldMs', 'it is how the model repeats a lag, and nothing that D1 has'],
  ['d1.queueLimit', 'it takes a load that fills the queue, and a calibration makes none'],
  ['d1.queueWaitMs', 'as queueLimit'],
  ['kv.tombstoneMs', 'pages of a list are not asked for'],
];

type Take = (path: string, estimate: IntervalEstimate) => void;
type Miss = (path: string, why: string) => void;
type Times = (path: string, samples: readonly number[], byMs?: number) => void;
type TakeAll = (path: string, estimates: Estimates, byMs?: number) => void;

/** The ways from each PoP to each region, and how often each instance is reached. */
function ofTheWays(
  { pops, reads: { served, nothingMs } }: SeenOfAccount,
  times: Times,
  take: Take,
  miss: Miss,
): void {
  const instances = [...new Set(served.map(instanceOf))];
  for (const pop of pops) {
    const here = served.filter((each) => each.pop === pop);
    const way = wayOf(nothingMs.get(pop) ?? []);
    for (const region of new Set(served.map((each) => each.region))) {
      const path = `d1.roundTripMs.${pop}.${region}`;
      const reached = here.filter((each) => each.region === region);
      if (reached.some(({ sqlMs }) => sqlMs === undefined))
        miss(path, 'D1 did not say how long its SQL takes, and so not how long the way is');
      else
        times(
          path,
          reached.map(({ tookMs, sqlMs = 0 }) => Math.max(0, tookMs - sqlMs - way.medianMs)),
          way.errorMs,
        );
    }
    if (here.length < FEWEST) miss(`d1.nearest.${pop}`, 'D1 does not say which instance answers');
    else
      for (const instance of instances) {
        const hits = here.filter((each) => instanceOf(each) === instance).length;
        take(`d1.nearest.${pop}.${instance}`, shareOf(hits, here.length));
      }
  }
}

export const instanceOf = ({ isPrimary, region }: Pick<ServedRead, 'isPrimary' | 'region'>): string =>
  isPrimary ? 'primary' : region;

/** What each statement of a batch adds on average to the first. */
function furtherOf(readMs: readonly number[], batchMs: readonly number[]): IntervalEstimate {
  const [one, all] = [meanOf(readMs), meanOf(batchMs)];
  const value = Math.max(0, all.value - one.value) / (BATCH - 1);
  const wide = (1.96 * Math.hypot(one.standardError, all.standardError)) / (BATCH - 1);
  return { value, low: Math.max(0, value - wide), high: value + wide, samples: batchMs.length };
}

function ofLag({ streams, errorMs }: SeenLags, takeAll: TakeAll, miss: Miss): void {
  const all = streams.flat();
  if (all.length < FEWEST) {
    miss('d1.replicaLagMs', `there are ${all.length} samples of it`);
    return;
  }
  const middles = streams.map((stream) =>
    stream.map(({ overMs, atMostMs }) => (Number.isFinite(atMostMs) ? (overMs + atMostMs) / 2 : 2 * overMs)),
  );
  takeAll('d1.replicaLagMs', fitBetween(all, inflationOf(middles)), errorMs);
}

/** @returns what D1 does with every strange bookmark, where that is one thing */
function ofBookmarks(seen: SeenOfBookmarks, take: Take, miss: Miss): BookmarkPolicy | undefined {
  const { strange, waitedMs, waitedErrorMs } = seen;
  if (waitedMs.length === 0) miss('d1.bookmarkWaitMs', 'nobody waited for a bookmark in vain');
  else {
    const value = waitedMs.reduce((sum, each) => sum + each, 0) / waitedMs.length;
    const [low, high] = [Math.min(...waitedMs) - waitedErrorMs, Math.max(...waitedMs) + waitedErrorMs];
    take('d1.bookmarkWaitMs', { value, low, high, samples: waitedMs.length });
  }
  for (const kind of STRANGE) {
    const finding: BookmarkFinding = strange[kind];
    if ('unseen' in finding) miss(`bookmarks.${kind}`, finding.unseen);
  }
  const policies = new Set(
    STRANGE.flatMap((kind) => ('policy' in strange[kind] ? strange[kind].policy : [])),
  );
  if (policies.size > 1)
    miss(
      'foreignBookmarks',
      `D1 does not treat them alike (${[...policies].join(', ')}), and the model knows one way`,
    );
  const [policy] = policies;
  return policies.size === 1 ? policy : undefined;
}

function ofKv(
  { kv, pops, reads }: SeenOfAccount,
  times: Times,
  takeAll: TakeAll,
  take: Take,
  miss: Miss,
): void {
  const way = wayOf(reads.nothingMs.get(pops[0] ?? '') ?? []);
  const withoutWay = (samples: readonly number[]): number[] =>
    samples.map((ms) => Math.max(0, ms - way.medianMs));
  times('kv.centralReadMs', withoutWay(kv.centralMs), way.errorMs);
  times('kv.writeMs', withoutWay(kv.writeMs), way.errorMs);
  times('kv.cachedReadMs', withoutWay(kv.cachedMs), way.errorMs);
  if (!kv.tellsCache) miss('kv.cache', 'KV does not say which reads a cache has answered');
  else {
    if (kv.firstMisses <= CACHES_MAX) take('kv.cache.machinesPerPop', exactly(kv.firstMisses, 1));
    else miss('kv.cache.machinesPerPop', `there are more than ${CACHES_MAX}, and not all were met`);
    if (!kv.ttl) miss('kv.cache.defaultTtlMs', 'the caches answered for as long as they were asked');
    else
      take('kv.cache.defaultTtlMs', {
        value: (kv.ttl.overMs + kv.ttl.atMostMs) / 2,
        ...{ low: kv.ttl.overMs, high: kv.ttl.atMostMs, samples: 1 },
      });
  }
  if (kv.propagation === undefined)
    miss('kv.propagationMs', 'it takes a second place to see when another place sees a write');
  else if (kv.propagation.length < FEWEST)
    miss('kv.propagationMs', `there are ${kv.propagation.length} samples of it`);
  else takeAll('kv.propagationMs', fitBetween(kv.propagation, 1), kv.ageErrorMs);
  if (kv.atWriter.reads < FEWEST) miss('kv.visibleAtWriterShare', 'too few keys were written');
  else if (kv.propagation && likeliest(kv.propagation)[1] < MUCH_LONGER * kv.atWriter.ageMs)
    miss(
      'kv.visibleAtWriterShare',
      'other places see a write about as soon as the first read of it where it was made',
    );
  else take('kv.visibleAtWriterShare', shareOf(kv.atWriter.visible, kv.atWriter.reads));
  const accepted = Math.max(...kv.burst, 0);
  if (accepted === 0) miss('kv.writesPerSecondPerKey', 'no write of one key was accepted');
  else if (accepted === WRITE_BURST)
    miss('kv.writesPerSecondPerKey', `all ${WRITE_BURST} writes of one key at once were accepted`);
  else take('kv.writesPerSecondPerKey', exactly(accepted, kv.burst.length));
}

const exactly = (value: number, samples: number): IntervalEstimate => ({
  value,
  low: value,
  high: value,
  samples,
});

/** @returns the most that any PoP has, where each of them answered often enough */
function ofIsolates(isolates: SeenOfAccount['isolates']): IntervalEstimate | undefined {
  const counts = [...isolates.values()];
  if (counts.some((each) => [...each.values()].some((times) => times < ISOLATE_SEEN_OFTEN))) return undefined;
  const most = Math.max(...counts.map(({ size }) => size));
  return exactly(
    most,
    counts.reduce((sum, each) => sum + [...each.values()].reduce((a, b) => a + b, 0), 0),
  );
}
