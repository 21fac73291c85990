import type { BookmarkPolicy } from '../../reference-worker/target/index.ts';
import type { Observer, ProbedPlace, ServedRead } from './observer.ts';
import type { ProbeAnswer } from './probe.ts';
import { AT_ONCE, BOOKMARK_READS_MAX, OWN_READS } from './spending.ts';

/** Bookmarks that are not this database's own present or past, by what is wrong with them. */
export const STRANGE = ['ahead', 'foreign', 'garbage'] as const;
type Strange = (typeof STRANGE)[number];

/** What D1 did with a bookmark, or why that could not be told. */
export type BookmarkFinding = { readonly policy: BookmarkPolicy } | { readonly unseen: string };

export interface SeenOfBookmarks {
  /** Reads with the bookmark of a write that was just made: so many, and so many of them that showed it. */
  readonly own: { readonly reads: number; readonly fresh: number };
  readonly strange: Readonly<Record<Strange, BookmarkFinding>>;
  /** How long reads waited in vain, without the way there. */
  readonly waitedMs: readonly number[];
  /** How unsure each of these is, by how long the ways to the replicas are. */
  readonly waitedErrorMs: number;
}

/** Sorts above every bookmark, byte by byte and by the locale. */
const GARBAGE = 'zzz-not-a-bookmark';
const WAITS = 3;
/** One error may be anything. */
const REFUSALS = 3;
/** A share of the primary this large hides what a replica would have done. */
const CHANCE_MAX = 1e-4;
/** A refusal takes the way and no more; this much longer is a wait. */
const LONGER = 3;

/** Asks D1 with bookmarks of all kinds. @throws LoadTestError as the probe does */
export async function observeBookmarks(
  { places, firstMark, onProgress }: Observer,
  served: readonly ServedRead[],
): Promise<SeenOfBookmarks> {
  const { probe, pop } = mostReplicas(places, served);
  const here = served.filter((each) => each.pop === pop);
  const times = here.map(({ tookMs }) => tookMs).toSorted((a, b) => a - b);
  const usualMs = times.at(-1) ?? 0;
  const ways = here.filter(({ isPrimary }) => !isPrimary).map(({ tookMs, sqlMs = 0 }) => tookMs - sqlMs);
  const wayMs = ways.reduce((sum, each) => sum + each, 0) / Math.max(1, ways.length);
  const primaryShare = here.filter(({ isPrimary }) => isPrimary).length / Math.max(1, here.length);

  let [fresh, own] = [0, ''];
  for (let at = 0; at < OWN_READS; at += 1) {
    const mark = firstMark - OWN_READS + at;
    const { did: wrote } = await probe.ask({ does: 'write', session: 'first-primary', mark });
    own = wrote[0]?.bookmark ?? own;
    if (own === '') continue;
    const { did: read } = await probe.ask({ does: 'read', session: own });
    if ((read[0]?.mark ?? Number.NEGATIVE_INFINITY) >= mark) fresh += 1;
    onProgress('bookmarks', at, OWN_READS);
  }

  const waitedMs: number[] = [];
  const judge = async (bookmark: string, waits: number): Promise<BookmarkFinding> => {
    let [atPrimary, waited, refused] = [0, 0, 0];
    for (let at = 0; at < BOOKMARK_READS_MAX; at += 1) {
      onProgress('strange bookmarks', at, BOOKMARK_READS_MAX);
      const answered = await probe.ask({ does: 'read', session: bookmark });
      const [done] = answered.did;
      if (done?.error === undefined && done?.isPrimary === false) return { policy: 'ignore' };
      if (done?.error === undefined) atPrimary += 1;
      else if (!isLong(answered, usualMs)) {
        refused += 1;
        if (refused === REFUSALS) return { policy: 'refuse' };
      } else {
        waitedMs.push(answered.tookMs - wayMs);
        waited += 1;
        if (waited === waits) return { policy: 'wait' };
      }
    }
    if (waited > 0) return { policy: 'wait' };
    if (refused > 0)
      return { unseen: `${refused} of ${BOOKMARK_READS_MAX} reads were refused, and the others not` };
    return primaryShare ** atPrimary < CHANCE_MAX
      ? { policy: 'primary' }
      : { unseen: `all of ${atPrimary} reads reached the primary, as they may have without a bookmark` };
  };
  const without = (unseen: string): BookmarkFinding => ({ unseen });
  if (ways.length === 0) {
    const unseen = without('no replica was seen, and at the primary every bookmark is reached');
    return {
      own: { reads: own === '' ? 0 : OWN_READS, fresh },
      strange: { ahead: unseen, foreign: unseen, garbage: unseen },
      ...{ waitedMs, waitedErrorMs: 0 },
    };
  }
  const foreign = await foreignTo(own, probe);
  return {
    own: { reads: own === '' ? 0 : OWN_READS, fresh },
    strange: {
      ahead: own === '' ? without('D1 gave no bookmark') : await judge(`ffffffff${own.slice(8)}`, WAITS),
      foreign:
        foreign === undefined
          ? without('the other database has no bookmark that sorts above the own')
          : await judge(foreign, 1),
      garbage: await judge(GARBAGE, 1),
    },
    waitedMs,
    waitedErrorMs: (Math.max(...ways) - Math.min(...ways)) / 2,
  };
}

const isLong = ({ tookMs }: ProbeAnswer, usualMs: number): boolean => tookMs > LONGER * usualMs;

/** From where replicas are reached most often. */
function mostReplicas(places: readonly ProbedPlace[], served: readonly ServedRead[]): ProbedPlace {
  const ofReplicas = (of: string): number =>
    served.filter(({ pop, isPrimary }) => pop === of && !isPrimary).length;
  const [most] = places.toSorted((a, b) => ofReplicas(b.pop) - ofReplicas(a.pop));
  if (!most) throw new Error('A calibration has one place at least.');
  return most;
}

/**
 * A bookmark of the other database, which has been written to more often than the first: only one that sorts above can make a
 * reader wait.
 */
async function foreignTo(own: string, probe: ProbedPlace['probe']): Promise<string | undefined> {
  for (let at = 0; at < BOOKMARK_READS_MAX; at += 1) {
    const { did } = await probe.ask({
      ...{ does: 'write', database: 'OTHER', session: 'first-primary', mark: 0, times: AT_ONCE },
    });
    const foreign = did.at(-1)?.bookmark;
    if (foreign && own !== '' && foreign > own) return foreign;
  }
  return undefined;
}
