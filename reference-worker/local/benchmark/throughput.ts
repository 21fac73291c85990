import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Aim, median, type PartResult, readable } from './aim.ts';
import {
  type BenchmarkBlock,
  describeErrors,
  errorCount,
  percentileMs,
  successesPerSecond,
} from './block.ts';
import { ask, type Contestant, startMiniflare, startOurs } from './contestants.ts';
import { BenchmarkError } from './errors.ts';
import type { PartContext } from './part.ts';
import { driveLoad } from './wrk.ts';

const CONNECTIONS = 32;
const TIMEOUT_SECONDS = 2;
const WARM_UP_SECONDS = 2;
const TIMES_AT_LEAST = 3;
/** Ours and the rival's take turns so that a machine that grows slower or faster does it to both. */
const ORDER = ['ours', 'rival', 'rival', 'ours'] as const;

const OPERATIONS = [
  { path: '/read', name: 'point read, no session' },
  { path: '/read-in-session', name: 'point read in a session' },
  { path: '/update', name: 'update' },
  { path: '/kv', name: 'KV get' },
] as const;

/** The blocks of one operation. */
export interface Blocks {
  readonly name: string;
  readonly ours: readonly BenchmarkBlock[];
  readonly rival: readonly BenchmarkBlock[];
}

export interface Pace {
  readonly blockSeconds: number;
  /** Each gives two blocks to ours and two to the rival's. */
  readonly rounds: number;
}

/** Requests a second and latency of the same Worker on our platform and on miniflare, side by side. */
export async function measureThroughput(
  { folder, tell, signal }: PartContext,
  pace: Pace = { blockSeconds: 4, rounds: 2 },
): Promise<PartResult> {
  const rivalFolder = join(folder, 'miniflare');
  await mkdir(rivalFolder);
  tell('starting our platform and miniflare');
  const ours = await startOurs(join(folder, 'ours'));
  try {
    await refuseWithoutReplica(ours);
    const rival = await startMiniflare(rivalFolder);
    try {
      return await takeTurns({ ours, rival }, pace, { tell, signal });
    } finally {
      await rival.stop();
    }
  } finally {
    await ours.stop();
  }
}

async function takeTurns(
  contestants: Readonly<Record<'ours' | 'rival', Contestant>>,
  { blockSeconds, rounds }: Pace,
  { tell, signal }: Omit<PartContext, 'folder'>,
): Promise<PartResult> {
  const measured: Blocks[] = [];
  for (const { path, name } of OPERATIONS) {
    const drive = (who: 'ours' | 'rival', seconds: number): Promise<BenchmarkBlock> =>
      driveLoad(
        {
          url: `${contestants[who].url}${path}`,
          connections: CONNECTIONS,
          seconds,
          timeoutSeconds: TIMEOUT_SECONDS,
        },
        signal,
      );
    tell(`${name}: warming up`);
    for (const who of ['ours', 'rival'] as const) await drive(who, WARM_UP_SECONDS);
    const blocks = { ours: [] as BenchmarkBlock[], rival: [] as BenchmarkBlock[] };
    for (const who of Array.from({ length: rounds }, () => ORDER).flat()) {
      const block = await drive(who, blockSeconds);
      blocks[who].push(block);
      tell(`${name}: ${NAME_OF[who]} ${readable(successesPerSecond(block))} requests/s`);
    }
    measured.push({ name, ...blocks });
  }
  return judgeThroughput(measured);
}

const NAME_OF = { ours: 'our platform', rival: 'miniflare' } as const;

/** Medians of requests a second, percentiles of all blocks together, and no error of ours. */
export function judgeThroughput(measured: readonly Blocks[]): PartResult {
  return {
    lines: measured.flatMap(({ name, ours, rival }) => [
      describeBlocks(name, NAME_OF.ours, ours),
      describeBlocks(name, NAME_OF.rival, rival),
    ]),
    aims: [
      ...measured.flatMap(aimsOf),
      {
        what: 'errors of our platform',
        measured: { value: errorCount(measured.flatMap(({ ours }) => ours)), unit: 'errors' },
        bound: 'at most',
        limit: 0,
      },
    ],
  };
}

const rateOf = (blocks: readonly BenchmarkBlock[]): number => median(blocks.map(successesPerSecond));

const aimsOf = ({ name, ours, rival }: Blocks): Aim[] => [
  {
    what: `${name}, median rate`,
    measured: { value: rateOf(ours), unit: 'requests/s' },
    rival: { name: NAME_OF.rival, value: rateOf(rival) },
    bound: 'at least',
    limit: TIMES_AT_LEAST,
  },
  {
    what: `${name}, p99`,
    measured: { value: percentileMs(ours, 99), unit: 'ms' },
    rival: { name: NAME_OF.rival, value: percentileMs(rival, 99) },
    bound: 'at most',
    limit: 1,
  },
];

function describeBlocks(operation: string, who: string, blocks: readonly BenchmarkBlock[]): string {
  const rates = blocks.map((block) => readable(successesPerSecond(block))).join(' ');
  const [p50, p99, max] = [50, 99, 100].map((percent) => readable(percentileMs(blocks, percent)));
  return (
    `${operation.padEnd(24)} ${who.padEnd(13)} requests/s ${rates}; ` +
    `p50 ${p50} ms, p99 ${p99} ms, max ${max} ms; ${describeErrors(blocks)}`
  );
}

/** A session that is answered by the primary would measure the wrong thing. */
async function refuseWithoutReplica({ url }: Contestant): Promise<void> {
  for (const [path, isPrimary] of [
    ['/read', 'true'],
    ['/read-in-session', 'false'],
  ] as const) {
    // Of a session some reads are the primary's, by the profile's weight: it is asked until one is not.
    const answers: (string | null)[] = [];
    for (let nth = 0; nth < ASKED_AT_MOST && answers.at(-1) !== isPrimary; nth += 1)
      answers.push((await ask(`${url}${path}`)).headers.get('x-served-by-primary'));
    if (answers.at(-1) !== isPrimary || (isPrimary === 'true' && answers.length > 1))
      throw new BenchmarkError('part_failed', `${path} must have served_by_primary ${isPrimary}.`);
  }
}

/** Reads of a session of which one at least is a replica's, but for one time in a million. */
const ASKED_AT_MOST = 40;
