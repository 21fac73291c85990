import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { median, type PartResult, readable } from './aim.ts';
import { type Contestant, startMiniflare, startOurs } from './contestants.ts';
import type { PartContext } from './part.ts';

/** Ours and the rival's take turns, as in the throughput. */
const ORDER = ['ours', 'rival', 'rival', 'ours'] as const;
const ROUNDS = 4;
/** As soon as miniflare, but for noise; ours starts three PoPs of two isolates, a database with replicas, and what counts rows. */
const TIMES_AT_MOST = 1.25;

const START: Readonly<Record<(typeof ORDER)[number], (folder: string) => Promise<Contestant>>> = {
  ours: startOurs,
  rival: startMiniflare,
};

/** From nothing to the first answer that came out of a database, on our platform and on miniflare, side by side. */
export async function measureStartUp({ folder, tell, signal }: PartContext): Promise<PartResult> {
  const startedMs = { ours: [] as number[], rival: [] as number[] };
  for (const [turn, who] of Array.from({ length: ROUNDS }, () => ORDER)
    .flat()
    .entries()) {
    signal.throwIfAborted();
    const own = join(folder, `${turn}`);
    await mkdir(own);
    const beganMs = performance.now();
    const contestant = await START[who](own);
    startedMs[who].push(performance.now() - beganMs);
    await contestant.stop();
    await rm(own, { recursive: true });
    tell(`${who === 'ours' ? 'our platform' : 'miniflare'} after ${readable(startedMs[who].at(-1) ?? 0)} ms`);
  }
  return {
    lines: (['ours', 'rival'] as const).map(
      (who) =>
        `${(who === 'ours' ? 'our platform' : 'miniflare').padEnd(13)} ms ${startedMs[who].map(readable).join(' ')}`,
    ),
    aims: [
      {
        what: 'first answer, median',
        measured: { value: median(startedMs.ours), unit: 'ms' },
        rival: { name: 'miniflare', value: median(startedMs.rival) },
        bound: 'at most',
        limit: TIMES_AT_MOST,
      },
    ],
  };
}
