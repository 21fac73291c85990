import { type PartResult, readable } from './aim.ts';
import { type BenchmarkBlock, describeErrors, errorCount, percentileMs } from './block.ts';
import { ask, type Contestant, startOurs } from './contestants.ts';
import type { PartContext } from './part.ts';
import { driveLoad } from './wrk.ts';

const CONNECTIONS = 4;
const TIMEOUT_SECONDS = 30;
/** Two databases share two cores here, with wrk and workerd beside them. */
const TIMES_AT_MOST = 3;
/** The contrast: without threads of their own, the other database would fare like this one. */
const TIMES_WORSE_AT_LEAST = 10;
const SLOW_QUERY_MS = 1_000;
/** For estimating how far a query counts in a second. */
const SAMPLE_ROWS = 500_000;

const SITUATIONS = ['alone', 'other', 'same'] as const;
/** Nobody else, a slow query on the other database, a slow query on the same database. */
export type Situation = (typeof SITUATIONS)[number];

export interface IsolationPace {
  readonly blockSeconds: number;
  readonly rounds: number;
}

export interface Isolation {
  readonly blocks: Readonly<Record<Situation, readonly BenchmarkBlock[]>>;
  /** Of every slow query, in milliseconds. */
  readonly slowMs: Readonly<Record<Exclude<Situation, 'alone'>, readonly number[]>>;
}

/** Latency of point reads on one database while another, or the same one, runs one slow query after another. */
export async function measureIsolation(
  { folder, tell, signal }: PartContext,
  { blockSeconds, rounds }: IsolationPace = { blockSeconds: 6, rounds: 2 },
): Promise<PartResult> {
  tell('starting our platform');
  const platform = await startOurs(folder);
  try {
    const rows = await rowsInASecond(platform, signal);
    const blocks: Record<Situation, BenchmarkBlock[]> = { alone: [], other: [], same: [] };
    const slowMs: Record<'other' | 'same', number[]> = { other: [], same: [] };
    const read = (seconds: number): Promise<BenchmarkBlock> =>
      driveLoad(
        { url: `${platform.url}/read`, connections: CONNECTIONS, seconds, timeoutSeconds: TIMEOUT_SECONDS },
        signal,
      );
    await read(1);
    for (const situation of Array.from({ length: rounds }, () => SITUATIONS).flat()) {
      const slow = situation === 'alone' ? undefined : keepBusy(platform, situation, rows, signal);
      const block = await read(blockSeconds);
      blocks[situation].push(block);
      if (situation !== 'alone') slowMs[situation].push(...((await slow?.stop()) ?? []));
      tell(`${NAME_OF[situation]}: p50 ${readable(percentileMs([block], 50))} ms`);
    }
    return judgeIsolation({ blocks, slowMs });
  } finally {
    await platform.stop();
  }
}

const NAME_OF: Readonly<Record<Situation, string>> = {
  alone: 'alone',
  other: 'slow query on the other database',
  same: 'slow query on the same database',
};

/** p50 decides: with two cores for everything, p99 is the scheduler's; all are printed. */
export function judgeIsolation({ blocks, slowMs }: Isolation): PartResult {
  const p50 = (situation: Situation): number => percentileMs(blocks[situation], 50);
  const fewest = Math.min(slowMs.other.length, slowMs.same.length);
  return {
    lines: SITUATIONS.map((situation) => describeSituation(situation, blocks[situation])),
    aims: [
      {
        what: 'p50 of point reads beside a slow query on the other database',
        measured: { value: p50('other'), unit: 'ms' },
        rival: { name: 'alone', value: p50('alone') },
        bound: 'at most',
        limit: TIMES_AT_MOST,
      },
      {
        what: 'p50 of point reads beside a slow query on the same database',
        measured: { value: p50('same'), unit: 'ms' },
        rival: { name: 'on the other', value: p50('other') },
        bound: 'at least',
        limit: TIMES_WORSE_AT_LEAST,
      },
      {
        what: 'slow queries meanwhile',
        measured: { value: fewest, unit: 'queries' },
        bound: 'at least',
        limit: 1,
      },
      {
        what: 'errors',
        measured: { value: errorCount(Object.values(blocks).flat()), unit: 'errors' },
        bound: 'at most',
        limit: 0,
      },
    ],
  };

  function describeSituation(situation: Situation, measured: readonly BenchmarkBlock[]): string {
    const [p50Ms, p99Ms, maxMs] = [50, 99, 100].map((percent) => readable(percentileMs(measured, percent)));
    const slow = situation === 'alone' ? [] : slowMs[situation];
    const beside =
      slow.length > 0 ? `; ${slow.length} slow queries of ${readable(mean(slow))} ms on average` : '';
    return (
      `${NAME_OF[situation].padEnd(34)} p50 ${p50Ms} ms, p99 ${p99Ms} ms, max ${maxMs} ms; ` +
      `${describeErrors(measured)}${beside}`
    );
  }
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

async function countTo(
  { url }: Contestant,
  situation: 'other' | 'same',
  rows: number,
  signal: AbortSignal,
): Promise<number> {
  const startedAtMs = performance.now();
  await ask(`${url}/count?rows=${rows}&database=${situation === 'other' ? 'OTHER' : 'DB'}`, signal);
  return performance.now() - startedAtMs;
}

async function rowsInASecond(platform: Contestant, signal: AbortSignal): Promise<number> {
  const sampleMs = await countTo(platform, 'other', SAMPLE_ROWS, signal);
  return Math.ceil((SAMPLE_ROWS * SLOW_QUERY_MS) / sampleMs);
}

/** Runs slow queries one after another until it is stopped, which tells how long each took. */
function keepBusy(
  platform: Contestant,
  situation: 'other' | 'same',
  rows: number,
  signal: AbortSignal,
): { stop(): Promise<readonly number[]> } {
  let isStopping = false;
  const run = async (): Promise<number[]> => {
    const tookMs: number[] = [];
    while (!isStopping) tookMs.push(await countTo(platform, situation, rows, signal));
    return tookMs;
  };
  const running = run();
  // It is waited for when it is stopped; until then its failure is nobody's.
  running.catch(() => undefined);
  return {
    stop: () => {
      isStopping = true;
      return running;
    },
  };
}
