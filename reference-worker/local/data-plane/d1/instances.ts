import { chanceOf } from '../chance.ts';
import { draw } from '../distribution.ts';
import type { FaultInjector } from '../faults/fault-injector.ts';
import type { Plane } from '../plane.ts';
import type { D1Profile, Region } from '../profile.ts';
import type { Clock } from '../time/clock.ts';
import type { WaitingRequests } from '../waiting.ts';
import { Bookmarks } from './bookmark.ts';
import { BookmarkWaits } from './bookmark-waits.ts';
import type { Execution } from './connection.ts';
import { D1Failure, storageReset, tookTooLong } from './failures.ts';
import type { PlannedRequest } from './plan-queries.ts';
import { Primary } from './primary.ts';
import { Replication } from './replication.ts';
import type { Condition } from './route.ts';
import { ServiceQueue } from './service-queue.ts';
import { d1ErrorText } from './sqlite-errors.ts';

/** Rows changed between two checkpoints: some tens of megabytes of write-ahead log. */
const CHECKPOINT_ROWS = 1_000;
/** 256 MB: a longer log slows every read. */
const LONG_LOG_PAGES = 65_536;

export interface InstancesOptions {
  readonly id: string;
  readonly file: string;
  readonly plane: Plane;
  readonly clock: Clock;
  readonly faults: FaultInjector;
  readonly waiting: WaitingRequests;
}

/** What an instance made of a request, and where it stood. */
export interface Served {
  /** An error is SQL's, and in D1's words. */
  readonly outcome: { readonly executions: readonly Execution[] } | { readonly error: string };
  readonly position: number;
  /** The replica's region; undefined for the primary. */
  readonly replica: Region | undefined;
  /** Modelled, of the whole request. */
  readonly serviceMs: number;
}

/** The primary and the replicas of one database: each serves one request at a time, in its own time. */
export class Instances {
  readonly bookmarks: Bookmarks;
  readonly #options: InstancesOptions;
  readonly #profile: D1Profile;
  readonly #primary: Primary;
  readonly #replication: Replication;
  readonly #waits: BookmarkWaits;
  readonly #primaryQueue: ServiceQueue;
  readonly #replicaQueues: ReadonlyMap<Region, ServiceQueue>;
  readonly #chance;
  #checkpointedChanges = 0;

  /** @throws the SQLite error when the file is no database or cannot be written */
  constructor(options: InstancesOptions) {
    const { id, file, plane, clock, faults } = options;
    const profile = plane.latency.d1;
    this.#options = options;
    this.#profile = profile;
    this.#primary = new Primary({ file, clock, limitBytes: profile.databaseLimitBytes });
    this.bookmarks = new Bookmarks(id, this.#primary.opened);
    this.#replication = new Replication({ database: id, file, profile, seed: plane.seed, clock, faults });
    this.#waits = new BookmarkWaits(clock, this.#replication, profile.bookmarkWaitMs);
    this.#primaryQueue = new ServiceQueue(clock, profile);
    this.#replicaQueues = new Map(
      profile.replicas.map(({ region }) => [region, new ServiceQueue(clock, profile)]),
    );
    this.#chance = chanceOf(plane.seed, id, 'service');
  }

  /** The primary's position. */
  get newest(): number {
    return this.#replication.newest;
  }

  /** @throws D1Failure */
  onPrimary(request: PlannedRequest): Promise<Served> {
    const { region } = this.#profile.primary;
    return this.#serve(this.#primaryQueue, region, request, (serviceMs) => ({
      outcome: outcomeOf(() => this.#runOnPrimary(request)),
      position: this.newest,
      replica: undefined,
      serviceMs,
    }));
  }

  /**
   * Answers from a replica, as soon as it is far enough.
   *
   * @throws D1Failure
   */
  async onReplica(region: Region, request: PlannedRequest, isReached: Condition): Promise<Served> {
    const queue = this.#replicaQueues.get(region);
    if (!queue) throw new Error(`There is no replica in ${region}.`);
    if (!isReached(this.#replication.positionOf(region))) {
      const what = { reason: 'bookmark', database: this.#options.id, region } as const;
      await this.#options.waiting.during(what, this.#waits.until(region, isReached));
    }
    return this.#serve(queue, region, request, (serviceMs) => {
      const snapshot = this.#replication.snapshotOf(region);
      const outcome = outcomeOf(() => request.queries.map((query) => snapshot.execute(query)));
      return { outcome, position: this.#replication.positionOf(region), replica: region, serviceMs };
    });
  }

  /** A plan of faults has been set or replaced. */
  faultsChanged(): void {
    this.#waits.wake();
  }

  close(): void {
    this.#replication.close();
    // The last connection to close copies the write-ahead log into the file, which then is the whole state.
    this.#primary.close();
  }

  #serve(
    queue: ServiceQueue,
    region: Region,
    request: PlannedRequest,
    work: (serviceMs: number) => Served,
  ): Promise<Served> {
    const { id, waiting } = this.#options;
    const limitMs = this.#profile.statementLimitMs;
    const serviceMs = this.#serviceMs(request, region);
    const reason = queue.isBusy ? 'queue' : 'service';
    const served = queue.run(Math.min(serviceMs, limitMs), () => {
      if (serviceMs > limitMs) throw tookTooLong(request.access);
      return work(serviceMs);
    });
    if (!queue.isBusy) return served;
    return waiting.during({ reason, database: id, region }, served);
  }

  #serviceMs({ access, queries }: PlannedRequest, region: Region): number {
    const { readServiceMs, writeServiceMs, furtherStatementMs } = this.#profile;
    let serviceMs = draw(access === 'read' ? readServiceMs : writeServiceMs, this.#chance);
    for (let further = queries.length - 1; further > 0; further--)
      serviceMs += draw(furtherStatementMs, this.#chance);
    const slow = this.#options.faults.strikes('slow-shard', { database: this.#options.id, region, access });
    return slow ? serviceMs * slow.factor + slow.addMs : serviceMs;
  }

  #runOnPrimary({ queries, access }: PlannedRequest): readonly Execution[] {
    const { id, clock, faults } = this.#options;
    const startMs = clock.now();
    const reset = faults.strikes('primary-reset', { database: id, access });
    if (reset) this.#primaryQueue.drop(storageReset());
    if (access === 'write') this.#beforeWrite();
    const committed = this.#primary.run(queries, () => {
      if (reset?.commit === 'before') throw storageReset();
      if (clock.now() - startMs > this.#profile.statementLimitMs) throw tookTooLong(access);
    });
    if (committed.changed) {
      this.#replication.committed(committed);
      this.#waits.wake();
      // A new index may be large and counts no rows.
      if (committed.schemaChanged) this.#checkpointedChanges = Number.NEGATIVE_INFINITY;
    }
    if (reset) throw storageReset();
    return committed.executions;
  }

  /**
   * The write-ahead log starts again at the first write for which no replica reads from it. Where all have caught up
   * that costs nothing; a log that has grown long all the same makes them catch up once.
   */
  #beforeWrite(): void {
    if (this.#primary.changes - this.#checkpointedChanges >= CHECKPOINT_ROWS) {
      this.#checkpointedChanges = this.#primary.changes;
      this.#replication.letGoOfNewest();
      if (this.#primary.checkpoint() >= LONG_LOG_PAGES) {
        console.error(
          `${this.#options.id}: replicas catch up early, so that the write-ahead log can start again.`,
        );
        this.#replication.catchUp();
        this.#waits.wake();
        this.#primary.checkpoint();
      }
    }
    this.#replication.beforeWrite();
  }
}

function outcomeOf(execute: () => readonly Execution[]): Served['outcome'] {
  try {
    return { executions: execute() };
  } catch (error) {
    if (error instanceof D1Failure) throw error;
    return { error: d1ErrorText(error) };
  }
}
