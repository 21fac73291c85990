import type { DatabaseUsage, WaitingRequests } from '../backend/index.ts';
import { type Behaviour, d1Of } from '../behaviour/index.ts';
import type { Clock } from '../clock/index.ts';
import type { FaultInjector } from '../faults/index.ts';
import { failureOf, isReset, tookTooLong } from '../faults/index.ts';
import type { D1Profile, Region } from '../latency/index.ts';
import { type Chance, chanceOf, draw } from '../latency/index.ts';
import { Bookmarks } from './bookmark.ts';
import { BookmarkWaits } from './bookmark-waits.ts';
import type { Execution } from './connection.ts';
import type { PlannedRequest } from './plan-queries.ts';
import { Primary } from './primary.ts';
import { Replication } from './replication.ts';
import type { Condition } from './route.ts';
import { outcomeOf, type Served } from './served.ts';
import { ServiceQueue } from './service-queue.ts';
import type { StatementLog } from './statement-log.ts';

/** Rows changed between two checkpoints: some tens of megabytes of write-ahead log. */
const CHECKPOINT_ROWS = 1_000;
/** 256 MB: a longer log slows every read. */
const LONG_LOG_PAGES = 65_536;

export interface InstancesOptions {
  readonly id: string;
  readonly file: string;
  readonly behaviour: Behaviour;
  readonly clock: Clock;
  readonly faults: FaultInjector;
  readonly waiting: WaitingRequests;
  readonly statements: StatementLog;
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
    const { id, file, behaviour, clock, faults } = options;
    const profile = d1Of(behaviour);
    this.#options = options;
    this.#profile = profile;
    this.#primary = new Primary({ file, clock, limitBytes: profile.databaseLimitBytes });
    this.bookmarks = new Bookmarks(id, this.#primary.opened);
    this.#replication = new Replication({ database: id, file, profile, seed: behaviour.seed, clock, faults });
    this.#waits = new BookmarkWaits(clock, this.#replication, profile.bookmarkWaitMs);
    this.#primaryQueue = new ServiceQueue(clock, profile);
    this.#replicaQueues = new Map(
      profile.replicas.map(({ region }) => [region, new ServiceQueue(clock, profile)]),
    );
    this.#chance = chanceOf(behaviour.seed, id, 'service');
  }

  /** The primary's position. */
  get newest(): number {
    return this.#replication.newest;
  }

  /** @throws D1Failure */
  onPrimary(request: PlannedRequest): Promise<Served> {
    const { region } = this.#profile.primary;
    return this.#serve(this.#primaryQueue, region, request, (serviceMs) => ({
      outcome: outcomeOf(() =>
        this.#unlessItFails(this.#primaryQueue, { instance: 'primary', region }, request, () =>
          this.#options.statements.around('primary', request, () =>
            this.#commit(request.queries, request.access),
          ),
        ),
      ),
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
      const outcome = outcomeOf(() =>
        this.#unlessItFails(queue, { instance: 'replica', region }, request, () =>
          this.#options.statements.around(region, request, () =>
            request.queries.map((query) => snapshot.execute(query)),
          ),
        ),
      );
      // EXPLAIN reads, and moves the switch of the pragma that it explains.
      snapshot.resetSwitches();
      return { outcome, position: this.#replication.positionOf(region), replica: region, serviceMs };
    });
  }

  /** A plan of faults has been set or replaced. */
  faultsChanged(): void {
    this.#waits.wake();
  }

  usage(): DatabaseUsage[] {
    const queues = [['primary', this.#primaryQueue] as const, ...this.#replicaQueues];
    return queues.map(([instance, { usage }]) => ({ database: this.#options.id, instance, ...usage }));
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
    const { id, clock, waiting } = this.#options;
    const limitMs = this.#profile.statementLimitMs;
    const serviceMs = this.#serviceMs(request, region);
    const reason = queue.isBusy ? 'queue' : 'service';
    const served = queue.run(Math.min(serviceMs, limitMs), () => {
      if (serviceMs > limitMs) throw tookTooLong(request.access);
      const startMs = clock.now();
      const done = work(serviceMs);
      // A write has been asked before its commit.
      if (request.access === 'read' && clock.now() - startMs > limitMs) throw tookTooLong('read');
      return done;
    });
    if (!queue.isBusy) return served;
    return waiting.during({ reason, database: id, region }, served);
  }

  #serviceMs(request: PlannedRequest, region: Region): number {
    const { id, faults } = this.#options;
    const serviceMs = drawServiceMs(request, this.#profile, this.#chance);
    const slow = faults.fires('slow-shard', { database: id, region, access: request.access });
    return slow ? serviceMs * slow.factor + slow.addMs : serviceMs;
  }

  /** @throws D1Failure that was planned, with what was to be run done or not */
  #unlessItFails(
    queue: ServiceQueue,
    at: { readonly instance: 'primary' | 'replica'; readonly region: Region },
    { access }: PlannedRequest,
    run: () => readonly Execution[],
  ): readonly Execution[] {
    const fault = this.#options.faults.fires('d1-error', { database: this.#options.id, ...at, access });
    if (!fault) return run();
    if (isReset(fault.error)) queue.drop(failureOf(fault.error));
    if (fault.commit === 'after') outcomeOf(run);
    throw failureOf(fault.error);
  }

  #commit(queries: PlannedRequest['queries'], access: PlannedRequest['access']): readonly Execution[] {
    const { clock } = this.#options;
    const startMs = clock.now();
    if (access === 'write') this.#beforeWrite();
    const committed = this.#primary.run(queries, () => {
      const isLate = clock.now() - startMs > this.#profile.statementLimitMs;
      if (access === 'write' && isLate) throw tookTooLong('write');
    });
    if (committed.changed) {
      this.#replication.committed(committed);
      this.#waits.wake();
      // A new index may be large and counts no rows.
      if (committed.schemaChanged) this.#checkpointedChanges = Number.NEGATIVE_INFINITY;
    }
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
        this.#primary.checkpoint();
      }
    }
    this.#replication.beforeWrite();
  }
}

/** How long the profile lets a request occupy an instance, in milliseconds. */
function drawServiceMs(
  { access, queries }: PlannedRequest,
  { readServiceMs, writeServiceMs, furtherStatementMs }: D1Profile,
  chance: Chance,
): number {
  let serviceMs = draw(access === 'read' ? readServiceMs : writeServiceMs, chance);
  for (let further = queries.length - 1; further > 0; further--)
    serviceMs += draw(furtherStatementMs, chance);
  return serviceMs;
}
