import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
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
import { ACCOUNTS_DATABASE } from '../state.ts';
import system from '../system.ts';
import { mintToken } from '../token.ts';
import { type MoveReport, moveAccount } from './move-account.ts';

const SHARDS = ['shard-a', 'shard-b'] as const;
const ACCOUNT = 'acme';
const PEOPLE = 12;
const DOCUMENTS = 400;
/** Of one request, on a platform without modelled lag. */
const SETTLE_MS = 1_500;
const SECRETS = { jwtSecret: 'secret-of-the-identity-provider', sealSecret: 'root-of-the-sealing-keys' };

const topology: Topology = {
  name: 'move',
  shards: [
    { id: SHARDS[0], binding: 'SHARD_A' },
    { id: SHARDS[1], binding: 'SHARD_B' },
  ],
  deployments: [{ name: 'pooled', shardIds: [...SHARDS] }],
  accounts: [{ id: ACCOUNT, name: 'Acme Ltd', shardId: SHARDS[0] }],
};

export interface MoveProof {
  readonly runs: number;
  readonly kills: number;
  readonly writes: number;
  readonly refusedWrites: number;
  readonly reads: number;
  /** What should not have been, in sentences. */
  readonly violations: readonly string[];
  /** Of each run that ended in one process, in milliseconds. */
  readonly fencedMs: readonly number[];
}

/**
 * Moves an account of the real Worker to and fro while people write and read over HTTP, with D1 failing now and then, and takes the
 * mover away at random calls: as with SIGKILL it makes no further call, and the last one has happened or has not.
 *
 * @param seed of the first run; those that follow take the seeds that follow
 */
export async function proveMoves(
  { runs, seed }: { readonly runs: number; readonly seed: number },
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
  try {
    const token = await mintToken({
      secret: SECRETS.jwtSecret,
      account: ACCOUNT,
      user: 'us-00001',
      ttlSeconds: 86_400,
    });
    const url = platform.deployments[0]?.urls.LHR ?? '';
    const crowd = Array.from(
      { length: PEOPLE },
      (_, n) => new Person(clientAt({ system, url, account: ACCOUNT, token }), `no-${n}`),
    );
    await fill(platform.operator, SHARDS[0]);
    const fencedMs: number[] = [];
    let kills = 0;
    for (let run = 0; run < runs; run += 1) {
      signal.throwIfAborted();
      const to = SHARDS[(run + 1) % 2] ?? SHARDS[1];
      const chance = chanceOf(seed + run, 'kills');
      const moved = await moveWhileKilled(platform.operator, to, chance);
      kills += moved.kills;
      if (moved.kills === 0 && moved.report.fencedMs !== undefined) fencedMs.push(moved.report.fencedMs);
      await judge(platform.operator, moved.report.from, to, crowd);
      onRun(run + 1);
    }
    const stopped = await Promise.all(crowd.map((person) => person.stop()));
    const sum = (of: (person: Person) => number): number =>
      stopped.reduce((total, person) => total + of(person), 0);
    return {
      ...{ runs, kills, fencedMs },
      writes: sum(({ writes }) => writes),
      refusedWrites: sum(({ refused }) => refused),
      reads: sum(({ reads }) => reads),
      violations: stopped.flatMap(({ violations }) => violations),
    };
  } finally {
    await platform.stop();
    await rm(stateDir, { recursive: true, force: true });
  }
}

/** Somebody who writes one document again and again, and reads it back with the bookmark of the write. */
class Person {
  writes = 0;
  refused = 0;
  reads = 0;
  readonly violations: string[] = [];
  readonly id: string;
  /** The newest version that was acknowledged, and how many writes after it may have happened. */
  version = 0;
  unknown = 0;
  readonly #client: ReturnType<typeof clientAt>;
  readonly #running: Promise<void>;
  #isStopped = false;

  constructor(client: ReturnType<typeof clientAt>, id: string) {
    this.#client = client;
    this.id = id;
    this.#running = this.#work();
  }

  async stop(): Promise<Person> {
    this.#isStopped = true;
    await this.#running;
    return this;
  }

  async #work(): Promise<void> {
    while (!this.#isStopped) {
      await this.#write();
      await this.#read();
      await sleep(20);
    }
  }

  async #write(): Promise<void> {
    const body = { clientId: 'cl-1', authorId: 'us-00001', text: `write ${this.writes}` };
    const { answer, response } = await this.#client.ask({
      kind: 'put',
      resource: 'notes',
      id: this.id,
      body,
    });
    if (answer.outcome === 'refused' && response.status >= 400) this.refused += 1;
    else if (answer.outcome === 'unknown') this.unknown += 1;
    else {
      this.writes += 1;
      this.#see('written as', answer.documents[0]?.version, 1);
    }
  }

  async #read(): Promise<void> {
    const { answer, response } = await this.#client.ask({ kind: 'read', resource: 'notes', id: this.id });
    if (response.status >= 500) return;
    this.reads += 1;
    if (answer.outcome === 'absent' && this.version === 0) return;
    this.#see('read as', answer.documents[0]?.version, 0);
  }

  /** @param more by how much the version must have risen at least */
  #see(how: string, version = 0, more: number): void {
    const [least, most] = [this.version + more, this.version + more + this.unknown];
    if (version < least || version > most)
      this.violations.push(`${this.id} was ${how} version ${version}, where ${least} to ${most} was due.`);
    this.unknown = Math.max(0, most - version);
    this.version = Math.max(version, this.version);
  }
}

async function moveWhileKilled(
  operator: Operator,
  to: string,
  chance: Chance,
): Promise<{ report: MoveReport; kills: number }> {
  const attempts = Math.floor(chance() * 4);
  for (let kills = 0; ; kills += 1) {
    const killedAt = kills < attempts ? Math.floor(chance() * 30) : Number.POSITIVE_INFINITY;
    const isDone = chance() < 0.5;
    const killed = Promise.withResolvers<undefined>();
    let calls = 0;
    const batch: Operator['batch'] = async (database, statements) => {
      calls += 1;
      if (calls > killedAt) {
        if (isDone) await operator.batch(database, statements).catch(() => undefined);
        killed.resolve(undefined);
        return new Promise(() => undefined);
      }
      return operator.batch(database, statements);
    };
    const moving = moveAccount({
      databases: { batch },
      ...{ accountsDatabase: ACCOUNTS_DATABASE, account: ACCOUNT, to, settleMs: SETTLE_MS },
      routeTtlMs: system.limits.accountTtlMs ?? 0,
      sleep,
      now: () => performance.now(),
    });
    // D1 fails now and then; an operator calls again.
    const report = await Promise.race([moving, killed.promise]).catch((error: unknown) => {
      if (/already_there/.test(String(error)))
        return { from: otherThan(to), rowsCopied: 0, rowsCaughtUp: 0, fencedMs: undefined };
      return undefined;
    });
    if (report) return { report, kills };
  }
}

const otherThan = (shard: string): string => SHARDS.find((each) => each !== shard) ?? '';

/** Documents that nobody writes, so that the copy has something to do. */
async function fill(operator: Operator, shard: string): Promise<void> {
  for (let n = 0; n < DOCUMENTS; n += 1)
    await retried(() =>
      operator.query(
        shard,
        "INSERT OR IGNORE INTO notes (account_id, entity_id, _version, body) VALUES (?1, ?2, 1, json_object('text', ?3))",
        [...[ACCOUNT, `still-${n}`], 'x'.repeat(500)],
      ),
    );
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

/** The old shard has nothing of the account, and the new one all that nobody has written. */
async function judge(operator: Operator, from: string, to: string, crowd: readonly Person[]): Promise<void> {
  const count = async (shard: string, condition: string): Promise<number> => {
    const sql = `SELECT count(*) AS n FROM notes WHERE account_id = ?1 AND ${condition}`;
    const [row] = await retried(() => operator.query(shard, sql, [ACCOUNT]));
    return Number(row?.n);
  };
  const violations = crowd[0]?.violations;
  const left = await count(from, '1');
  if (left > 0) violations?.push(`${from} has ${left} rows of the account after it went to ${to}.`);
  const still = await count(to, "entity_id GLOB 'still-*'");
  if (still !== DOCUMENTS)
    violations?.push(`${to} has ${still} of ${DOCUMENTS} documents that nobody wrote.`);
}

const Flags = z.strictObject({ runs: wholeNumber(1, 10_000), seed: wholeNumber() });

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
  const sorted = proof.fencedMs.toSorted((a, b) => a - b);
  progress.done(`prove:move: ${proof.runs} moves, seeds from ${options.seed}`);
  console.log(
    `${proof.runs} moves, ${proof.kills} kills; ${proof.writes} writes acknowledged, ${proof.refusedWrites} refused, ${proof.reads} reads; ` +
      `without writes for ${Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0)} ms in the median and ` +
      `${Math.round(sorted.at(-1) ?? 0)} ms at most (${sorted.length} moves without a kill).`,
  );
  for (const violation of proof.violations.slice(0, 20)) console.log(violation);
  console.log(`${proof.violations.length} documents lost, doubled or read as older than acknowledged.`);
  return proof.violations.length === 0 && proof.writes > 0 ? exitCodeOf.PASS : exitCodeOf.FAIL;
}
