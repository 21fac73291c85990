import { statSync } from 'node:fs';
import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';
import { Behaviour, type BehaviourInput } from '../behaviour/index.ts';
import { RealClock } from '../clock/index.ts';
import type { Query } from '../d1/index.ts';
import { D1Database } from '../d1/index.ts';
import { latencyProfiles } from '../latency/index.ts';
import { type ReplicaMeasurement, Task, type Variant } from './replica-memory-task.ts';

/** The process of one variant: a database, as many random reads as it can serve, and its memory meanwhile. */

const READERS = 9;
/** 40 a second, each a state of its own to the replicas. */
const WRITE_EVERY_MS = 25;
const SAMPLE_EVERY_MS = 50;

/** By way of the index of the primary key, as a Worker reads. */
const READ = `SELECT body FROM notes WHERE (account_id, entity_id) =
  (SELECT account_id, entity_id FROM notes WHERE rowid = ?)`;
const WRITE = 'UPDATE notes SET _version = _version + 1 WHERE rowid = ?';
const NEWEST = 'SELECT max(rowid) FROM notes';

const { instant, pessimistic } = latencyProfiles;
const BOTH = { primary: 0, WEUR: 1, EEUR: 1 };
/** Both replicas are read, and so late that as many states are held at once as ever are. */
const LAGGING: BehaviourInput = {
  latency: {
    ...instant,
    d1: {
      ...instant.d1,
      nearest: { LHR: BOTH, MAN: BOTH, EDI: BOTH },
      replicaLagMs: pessimistic.d1.replicaLagMs,
    },
  },
  readReplication: 'auto',
  faults: [{ id: 'late', kind: 'replica-lag', addMs: 1_000 }],
};

/** What the process has done, and what it took. */
class Served {
  /** Each commit's number by its bookmark. */
  readonly commits = new Map<string, number>();
  reads = 0;
  readsOfReplicas = 0;
  totalBehind = 0;
  maxBehind = 0;
  residentBytes = 0;

  countReplica(bookmark: string): void {
    const behind = this.commits.size - (this.commits.get(bookmark) ?? 0);
    this.readsOfReplicas += 1;
    this.totalBehind += behind;
    this.maxBehind = Math.max(this.maxBehind, behind);
  }
}

async function measure({ variant, file, seconds }: Task): Promise<ReplicaMeasurement> {
  const behaviour = Behaviour.parse(variant === 'replicas' ? LAGGING : {});
  const database = new D1Database({ id: 'benchmark', file, behaviour, clock: new RealClock() });
  database.setFaults(behaviour.faults);
  const bytesBefore = bytesOnDisk(file);
  const served = await serve(database, variant, seconds);
  const grownBytes = bytesOnDisk(file) - bytesBefore;
  database.close();
  return {
    residentBytes: served.residentBytes,
    reads: served.reads,
    writes: served.commits.size,
    grownBytes,
    meanCommitsBehind: served.totalBehind / Math.max(1, served.readsOfReplicas),
    maxCommitsBehind: served.maxBehind,
  };
}

async function serve(database: D1Database, variant: Variant, seconds: number): Promise<Served> {
  const served = new Served();
  const documents = Number((await ask(database, { sql: NEWEST })).rows[0]?.[0]);
  const randomDocument = (): number => 1 + Math.floor(Math.random() * documents);
  const untilMs = performance.now() + seconds * 1000;
  const isServing = (): boolean => performance.now() < untilMs;
  const read = async (reader: number): Promise<void> => {
    // A third reads the primary, two thirds a replica.
    const token = variant === 'replicas' && reader % 3 > 0 ? 'first-unconstrained' : undefined;
    while (isServing()) {
      const { rows, bookmark } = await ask(database, { sql: READ, params: [randomDocument()] }, token);
      served.reads += rows.length;
      if (token !== undefined) served.countReplica(bookmark);
      await turn();
    }
  };
  const write = async (): Promise<void> => {
    while (variant !== 'primary' && isServing()) {
      const { bookmark } = await ask(database, { sql: WRITE, params: [randomDocument()] });
      served.commits.set(bookmark, served.commits.size + 1);
      await delay(WRITE_EVERY_MS);
    }
  };
  const sample = async (): Promise<void> => {
    while (isServing()) {
      served.residentBytes = Math.max(served.residentBytes, process.memoryUsage.rss());
      await delay(SAMPLE_EVERY_MS);
    }
  };
  await Promise.all([...Array.from({ length: READERS }, (_, reader) => read(reader)), write(), sample()]);
  return served;
}

async function ask(database: D1Database, query: Query, token?: string) {
  const { reply } = await database.handle({ pop: 'LHR', token, queries: [query] });
  if (!reply || 'error' in reply.outcome) throw new Error(`${query.sql}: ${JSON.stringify(reply?.outcome)}`);
  return { rows: reply.outcome.results[0]?.rows ?? [], bookmark: reply.bookmark ?? '' };
}

const bytesOnDisk = (file: string): number =>
  ['', '-wal', '-shm'].reduce(
    (sum, suffix) => sum + (statSync(`${file}${suffix}`, { throwIfNoEntry: false })?.size ?? 0),
    0,
  );

process.send?.(await measure(Task.parse(JSON.parse(process.argv[2] ?? ''))));
