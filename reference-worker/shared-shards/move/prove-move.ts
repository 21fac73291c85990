import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { parseSize } from '../../../fixtures/index.ts';
import {
  exitCodeOf,
  type Invocation,
  readOptions,
  startProgress,
  timeLeft,
  wholeNumber,
} from '../../../reports/command/index.ts';
import { type Chance, chanceOf, clientAt, type Operator, type Topology } from '../../target/index.ts';
import { startPlatform } from '../platform.ts';
import system from '../system.ts';
import { mintToken } from '../token.ts';
import { type MoverKill, MoverProcesses } from './mover-process.ts';
import { MOVED_COLLECTIONS } from './on-shards.ts';
import { People } from './people.ts';

const SHARDS = ['shard-a', 'shard-b'] as const;
const ACCOUNT = 'acme';
const SECRETS = { jwtSecret: 'secret-of-the-identity-provider', sealSecret: 'root-of-the-sealing-keys' };
/** Of a note that nobody writes, with its index entries. */
const DOCUMENT_BYTES = 1_000;
const TEXT_CHARACTERS = 700;
/** A move of the smallest account takes some 40 calls. */
const LAST_CALL = 45;
/** Longer than a process takes to start: its successor is at work when a late call comes. */
const LATE_MS = 6_000;

const topology: Topology = {
  name: 'move',
  shards: [
    { id: SHARDS[0], binding: 'SHARD_A' },
    { id: SHARDS[1], binding: 'SHARD_B' },
  ],
  deployments: [{ name: 'pooled', shardIds: [...SHARDS] }],
  accounts: [{ id: ACCOUNT, name: 'Acme Ltd', shardId: SHARDS[0] }],
};

export interface MoveProofOptions {
  readonly runs: number;
  /** Of the first run; those that follow take the seeds that follow. */
  readonly seed: number;
  /** Who write and read all the time. */
  readonly users: number;
  /** Of the account, in bytes. */
  readonly size: number;
  /** At most, of each move. */
  readonly kills: number;
}

export interface MoveProof {
  readonly kills: number;
  readonly writes: number;
  readonly refusedWrites: number;
  readonly reads: number;
  /** What should not have been, in sentences. */
  readonly violations: readonly string[];
  /** For how long writes were refused, in milliseconds: of each run that no kill held up, and of each that one did. */
  readonly refusedMs: { readonly undisturbed: readonly number[]; readonly killed: readonly number[] };
}

/**
 * Moves an account of the real Worker to and fro by `shardproof move`, while people write and read over HTTP and D1 fails now and then,
 * and kills its process at random calls; what it has asked last may reach D1 when its successor is at work.
 *
 * @throws the reason of `signal`; PlatformError
 */
export async function proveMoves(
  { runs, seed, users, size, kills: mostKills }: MoveProofOptions,
  signal: AbortSignal,
  onRun: (done: number) => void = () => undefined,
): Promise<MoveProof> {
  const stateDir = await mkdtemp(join(tmpdir(), 'shardproof-move-'));
  const platform = await startPlatform({
    ...{ topology, stateDir, kvCache: true, secrets: SECRETS },
    behaviour: {
      seed,
      faults: [
        { id: 'lost', kind: 'connection-lost', share: 0.005, when: 'after' },
        { id: 'reset', kind: 'd1-error', error: 'storage-reset', share: 0.005 },
      ],
    },
  });
  const movers = new MoverProcesses(stateDir);
  try {
    await movers.start();
    const user = { secret: SECRETS.jwtSecret, account: ACCOUNT, user: 'us-00001', ttlSeconds: 86_400 };
    const token = await mintToken(user);
    const url = platform.deployments[0]?.urls.LHR ?? '';
    const documents = Math.ceil(size / DOCUMENT_BYTES);
    await fill(platform.operator, SHARDS[0], documents);
    const people = new People(users, () => clientAt({ system, url, account: ACCOUNT, token }));
    const refusedMs = { undisturbed: [] as number[], killed: [] as number[] };
    let kills = 0;
    for (let run = 0; run < runs; run += 1) {
      signal.throwIfAborted();
      const [from, to] = [SHARDS[run % 2] ?? SHARDS[0], SHARDS[(run + 1) % 2] ?? SHARDS[1]];
      people.takeRefusedMs();
      const killed = await moveWhileKilled(movers, to, killsOf(chanceOf(seed + run, 'kills'), mostKills));
      await movers.settled();
      kills += killed;
      refusedMs[killed === 0 ? 'undisturbed' : 'killed'].push(people.takeRefusedMs());
      people.violations.push(...(await leftBehind(platform.operator, from, to, documents)));
      onRun(run + 1);
    }
    await people.stop();
    return {
      ...{ kills, refusedMs, violations: people.violations },
      writes: people.total(({ writes }) => writes),
      refusedWrites: people.total(({ refused }) => refused),
      reads: people.total(({ reads }) => reads),
    };
  } finally {
    await movers.stop();
    await platform.stop();
    await rm(stateDir, { recursive: true, force: true });
  }
}

const killsOf = (chance: Chance, most: number): MoverKill[] =>
  Array.from({ length: Math.floor(chance() * (most + 1)) }, () => {
    const [atCall, fate, afterMs] = [Math.floor(chance() * LAST_CALL), chance(), chance() * LATE_MS];
    return { atCall, call: fate < 0.3 ? 'never' : fate < 0.6 ? 'at once' : { afterMs } };
  });

/** @returns how many processes were killed @throws Error with the words of a process that ended otherwise */
async function moveWhileKilled(
  movers: MoverProcesses,
  to: string,
  kills: readonly MoverKill[],
): Promise<number> {
  let killed = 0;
  for (let attempt = 0; ; attempt += 1) {
    const { code, wasKilled, stderr } = await movers.run(ACCOUNT, to, kills[attempt]);
    if (wasKilled) killed += 1;
    // The last step of a killed process may have been the last of all; the claim of one may come late, and supersede its successor.
    else if (code === 0 || stderr.includes('already_there')) return killed;
    else if (!stderr.includes('superseded')) throw new Error(`The mover ended with ${code}: ${stderr}`);
  }
}

/** Documents that nobody writes, so that the copy has something to do. */
async function fill(operator: Operator, shard: string, documents: number): Promise<void> {
  const sql =
    'INSERT OR IGNORE INTO notes (account_id, entity_id, _version, body) ' +
    'WITH RECURSIVE n (i) AS (SELECT ?2 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?3) ' +
    "SELECT ?1, 'still-' || i, 1, json_object('clientId', 'cl-' || (i % 1000), 'authorId', 'us-00001', 'text', hex(randomblob(?4))) FROM n";
  const AT_ONCE = 10_000;
  for (let from = 0; from < documents; from += AT_ONCE) {
    const to = Math.min(documents, from + AT_ONCE);
    await retried(() => operator.query(shard, sql, [ACCOUNT, from, to, TEXT_CHARACTERS / 2]));
  }
}

async function retried<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let left = 10; ; left -= 1) {
    try {
      return await work();
    } catch (error) {
      if (left === 0) throw error;
    }
  }
}

/** The old shard has nothing of the account, and the new one all that nobody has written. @returns what is wrong, in sentences */
async function leftBehind(
  operator: Operator,
  from: string,
  to: string,
  documents: number,
): Promise<string[]> {
  const count = async (shard: string, collection: string, condition: string): Promise<number> => {
    const sql = `SELECT count(*) AS n FROM ${collection} WHERE account_id = ?1 AND ${condition}`;
    const [row] = await retried(() => operator.query(shard, sql, [ACCOUNT]));
    return Number(row?.n);
  };
  const wrong: string[] = [];
  for (const collection of MOVED_COLLECTIONS) {
    const left = await count(from, collection, '1');
    if (left > 0) wrong.push(`${from} has ${left} ${collection} of the account after it went to ${to}.`);
  }
  const still = await count(to, 'notes', "entity_id GLOB 'still-*'");
  if (still !== documents) wrong.push(`${to} has ${still} of ${documents} documents that nobody wrote.`);
  return wrong;
}

const Flags = z.strictObject({
  runs: wholeNumber(1, 10_000),
  seed: wholeNumber(),
  users: wholeNumber(1, 1_000),
  size: z.string().transform(parseSize),
  kills: wholeNumber(0, 100),
});

/** `npm run internal -- prove:move`. @returns the exit code */
export async function proveMove({ given, signal }: Invocation): Promise<number> {
  const options = readOptions(Flags, given);
  const progress = startProgress('prove:move');
  const startedAtMs = Date.now();
  const proof = await proveMoves(options, signal, (done) =>
    progress.update(
      `prove:move: ${done} of ${options.runs} moves, ${timeLeft(startedAtMs, done / options.runs)}`,
    ),
  );
  progress.done(`prove:move: ${options.runs} moves, seeds from ${options.seed}`);
  console.log(
    `${options.runs} moves, ${proof.kills} processes killed; ${proof.writes} writes acknowledged, ${proof.refusedWrites} refused, ` +
      `${proof.reads} reads.\nWrites were refused ${spread(proof.refusedMs.undisturbed)} without a kill, and ` +
      `${spread(proof.refusedMs.killed)} with one.`,
  );
  for (const violation of proof.violations.slice(0, 20)) console.log(violation);
  console.log(`${proof.violations.length} documents lost, doubled or read as older than acknowledged.`);
  return proof.violations.length === 0 && proof.writes > 0 ? exitCodeOf.PASS : exitCodeOf.FAIL;
}

function spread(all: readonly number[]): string {
  const sorted = all.toSorted((a, b) => a - b);
  const at = (share: number): number => Math.round(sorted[Math.ceil(share * sorted.length) - 1] ?? 0);
  return sorted.length === 0
    ? 'in no move'
    : `for ${at(0.5)} ms in the median, ${at(0.99)} ms at p99 and ${at(1)} ms at most (${sorted.length} moves)`;
}
