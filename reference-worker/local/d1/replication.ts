import type { Region } from '../latency/index.ts';
import { isZero } from '../latency/index.ts';
import type { Connection } from './connection.ts';
import { Replica, type ReplicaOptions } from './replica.ts';
import { Snapshots } from './snapshots.ts';

/** A committed state that replicas show or will show, each at its own time. */
interface Version {
  readonly position: number;
  /** Counts the changes of the schema. */
  readonly schema: number;
  readonly committedMs: number;
  readonly arrivalMs: ReadonlyMap<Replica, number>;
  /** Held from the first reader, or the next write, until every replica shows something newer. */
  snapshot: Connection | undefined;
}

export interface ReplicationOptions extends ReplicaOptions {
  readonly file: string;
}

/** Older states held at once. The commits in between reach a replica together with the next one that is held. */
const MAX_VERSIONS = 64;
/** Two states nearer to each other than this share of the median lag are not told apart. */
const GRANULARITY = 1 / 32;

/** The replicas of one database, and the states of it that they show. */
export class Replication {
  readonly #options: ReplicationOptions;
  readonly #snapshots: Snapshots;
  readonly #granularityMs: number;
  /** In the order of their positions; the last one is the primary's own state. */
  #versions: Version[];
  readonly #shown: Map<Replica, Version>;

  constructor(options: ReplicationOptions) {
    const { profile, file, clock } = options;
    const { replicaLagMs } = profile;
    this.#options = options;
    this.#snapshots = new Snapshots(file, clock);
    this.#granularityMs = GRANULARITY * (typeof replicaLagMs === 'number' ? replicaLagMs : replicaLagMs.p50);
    const start: Version = {
      position: 0,
      schema: 0,
      committedMs: clock.now(),
      arrivalMs: new Map(),
      snapshot: undefined,
    };
    this.#versions = [start];
    this.#shown = new Map(profile.replicas.map(({ region }) => [new Replica(region, options), start]));
  }

  /** The primary's position: commits since the database was opened. */
  get newest(): number {
    return this.#newest.position;
  }

  /**
   * Must be called before the primary changes anything: the newest state can be held now, and not later. Without
   * lag nobody will want it.
   */
  beforeWrite(): void {
    this.#applyDue();
    const newest = this.#newest;
    if (this.#mayLag() && (this.#isShown(newest) || this.#isWorthHolding(newest)))
      newest.snapshot ??= this.#snapshots.hold(newest.schema);
  }

  /** The primary has committed. */
  committed({ schemaChanged }: { readonly schemaChanged: boolean }): void {
    const before = this.#newest;
    const replicas = [...this.#shown.keys()];
    this.#versions.push({
      position: before.position + 1,
      schema: before.schema + (schemaChanged ? 1 : 0),
      committedMs: this.#options.clock.now(),
      arrivalMs: new Map(replicas.map((replica) => [replica, replica.arrivalMs({ schemaChanged })])),
      snapshot: undefined,
    });
    this.#applyDue();
    // Nobody shows it and nobody holds it: whoever waits for it waits for the next one.
    if (!this.#isShown(before) && !before.snapshot)
      this.#versions = this.#versions.filter((version) => version !== before);
  }

  /** The newest position that a replica shows now. */
  positionOf(region: Region): number {
    this.#applyDue();
    const replica = this.#replica(region);
    const arrivalMs = this.#next(replica)?.arrivalMs.get(replica);
    if (arrivalMs !== undefined) replica.noticePause(arrivalMs);
    return this.#shownBy(replica).position;
  }

  /** A connection that sees exactly what the replica shows now. */
  snapshotOf(region: Region): Connection {
    this.#applyDue();
    const replica = this.#replica(region);
    // SQLite ends a transaction by itself after some errors. What it held is gone, and a replica never goes back.
    if (this.#shownBy(replica).snapshot?.isTransaction === false) this.catchUp();
    const shown = this.#shownBy(replica);
    shown.snapshot ??= this.#snapshots.hold(shown.schema);
    return shown.snapshot;
  }

  /** When any replica will next show more than now; undefined when nothing is on its way. */
  nextChangeMs(): number | undefined {
    this.#applyDue();
    const due = [...this.#shown.keys()].map((replica) => this.#dueMs(replica) ?? Number.POSITIVE_INFINITY);
    const next = Math.min(...due);
    return Number.isFinite(next) ? next : undefined;
  }

  /** Lets go of the newest state, for whoever wants it again. */
  letGoOfNewest(): void {
    this.#applyDue();
    this.#letGo(this.#newest);
  }

  /** Every replica shows the newest state at once, and nothing is held. */
  catchUp(): void {
    for (const replica of this.#shown.keys()) this.#shown.set(replica, this.#newest);
    this.#forgetOld();
    this.#letGo(this.#newest);
  }

  close(): void {
    this.#snapshots.close();
  }

  get #newest(): Version {
    const newest = this.#versions.at(-1);
    if (!newest) throw new Error('A database has at least one state.');
    return newest;
  }

  #replica(region: Region): Replica {
    const replica = [...this.#shown.keys()].find((one) => one.region === region);
    if (!replica) throw new Error(`There is no replica in ${region}.`);
    return replica;
  }

  #shownBy(replica: Replica): Version {
    return this.#shown.get(replica) ?? this.#newest;
  }

  #isShown(version: Version): boolean {
    return [...this.#shown.values()].includes(version);
  }

  #isWorthHolding({ committedMs }: Version): boolean {
    const held = this.#versions.at(-2)?.committedMs ?? Number.NEGATIVE_INFINITY;
    return this.#versions.length < MAX_VERSIONS && committedMs - held >= this.#granularityMs;
  }

  #mayLag(): boolean {
    const { profile } = this.#options;
    const replicas = [...this.#shown.keys()];
    return replicas.some((replica) => !isZero(profile.replicaLagMs) || replica.isDisturbed());
  }

  #next(replica: Replica): Version | undefined {
    return this.#versions[this.#versions.indexOf(this.#shownBy(replica)) + 1];
  }

  #dueMs(replica: Replica): number | undefined {
    const arrivalMs = this.#next(replica)?.arrivalMs.get(replica);
    return arrivalMs === undefined ? undefined : replica.dueMs(arrivalMs);
  }

  #applyDue(): void {
    if (this.#versions.length === 1) return;
    const nowMs = this.#options.clock.now();
    for (const replica of this.#shown.keys()) {
      for (let due = this.#dueMs(replica); due !== undefined && due <= nowMs; due = this.#dueMs(replica))
        this.#shown.set(replica, this.#next(replica) ?? this.#newest);
    }
    this.#forgetOld();
  }

  /** What every replica has left behind. */
  #forgetOld(): void {
    const oldest = this.#versions.findIndex((version) => this.#isShown(version));
    for (const version of this.#versions.splice(0, oldest)) this.#letGo(version);
  }

  #letGo(version: Version): void {
    if (version.snapshot) this.#snapshots.release(version.snapshot);
    version.snapshot = undefined;
  }
}
