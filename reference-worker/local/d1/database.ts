import type { DatabaseUsage } from '../backend/index.ts';
import { type WaitingRequest, WaitingRequests } from '../backend/index.ts';
import { type Behaviour, d1Of } from '../behaviour/index.ts';
import { type Clock, delay } from '../clock/index.ts';
import type { FaultPlan } from '../faults/index.ts';
import { D1_READ_ATTEMPTS, D1Failure, FaultInjector, type FaultReport, overloaded } from '../faults/index.ts';
import type { D1Profile, Instance, Region } from '../latency/index.ts';
import { type Chance, chanceOf, type Distribution, draw } from '../latency/index.ts';
import type { Pop } from '../pops.ts';
import { type Exported, exportSql } from './export.ts';
import { Instances } from './instances.ts';
import { type PlannedRequest, planRequest } from './plan-queries.ts';
import type { Query, QueryResult } from './protocol.ts';
import { resultsOf } from './results.ts';
import { nearestInstance, type Session, sessionOf } from './route.ts';
import type { Served } from './served.ts';
import { D1Refusal, d1ErrorText } from './sqlite-errors.ts';
import { StatementLog, type StatementUse } from './statement-log.ts';

export interface D1Request {
  readonly pop: Pop;
  /** The constraint or bookmark; none outside a session. */
  readonly token: string | undefined;
  readonly queries: readonly Query[];
  /** What its caller calls the request that the Worker serves with it. */
  readonly operation?: string | undefined;
}

export interface D1Reply {
  /** One for each query, or D1's words for why there is none. */
  readonly outcome: { readonly results: readonly QueryResult[] } | { readonly error: string };
  /** Errors of SQL carry one too: the client reads it before the body. */
  readonly bookmark: string | undefined;
}

/** What becomes of a request: a reply, a reply that is cut off on its way, or nothing. */
export interface D1Answer {
  readonly reply: D1Reply | undefined;
  readonly lost: 'before' | 'after' | 'mid-reply' | undefined;
}

export interface D1DatabaseOptions {
  readonly id: string;
  readonly file: string;
  readonly behaviour: Behaviour;
  readonly clock: Clock;
}

/** One D1 database as a Worker meets it: behind a network, a primary and replicas, with what can go wrong. */
export class D1Database {
  readonly #id: string;
  readonly #file: string;
  readonly #behaviour: Behaviour;
  readonly #profile: D1Profile;
  readonly #clock: Clock;
  readonly #faults: FaultInjector;
  readonly #waiting: WaitingRequests;
  readonly #instances: Instances;
  readonly #statements: StatementLog;
  readonly #chance: Chance;

  /** @throws the SQLite error when the file is no database or cannot be written */
  constructor({ id, file, behaviour, clock }: D1DatabaseOptions) {
    this.#id = id;
    this.#file = file;
    this.#behaviour = behaviour;
    this.#profile = d1Of(behaviour);
    this.#clock = clock;
    this.#faults = new FaultInjector(clock, behaviour.seed, id);
    this.#waiting = new WaitingRequests(clock);
    this.#statements = new StatementLog({ database: id, rows: behaviour.rows, seed: behaviour.seed });
    this.#instances = new Instances({
      statements: this.#statements,
      id,
      file,
      behaviour,
      clock,
      faults: this.#faults,
      waiting: this.#waiting,
    });
    this.#chance = chanceOf(behaviour.seed, id, 'network');
  }

  /** @throws an error that is neither SQLite's nor D1's: a defect of the data plane must not look like an answer */
  async handle(request: D1Request): Promise<D1Answer> {
    const planned = plan(request);
    if ('error' in planned) return { reply: { outcome: planned, bookmark: undefined }, lost: undefined };
    return this.#answer(request, planned);
  }

  /** Replaces the planned faults; their times count from now. */
  setFaults(faults: FaultPlan): void {
    this.#faults.set(faults);
    this.#instances.faultsChanged();
  }

  faultReports(): FaultReport[] {
    return this.#faults.report();
  }

  waiting(): WaitingRequest[] {
    return this.#waiting.list();
  }

  /** Writes all of it as SQL; whatever is asked meanwhile waits. @param to the path of the file @throws as exportSql does */
  export(to: string): Exported {
    return exportSql(this.#file, to);
  }

  usage(): DatabaseUsage[] {
    return this.#instances.usage();
  }

  /** @param url of what counts the rows of this database */
  setRowCounter(url: string): void {
    this.#statements.setCounter(url);
  }

  /** What its statements did since this was last asked. */
  takeStatements(): StatementUse[] {
    return this.#statements.take();
  }

  close(): void {
    this.#instances.close();
  }

  /** D1 itself repeats what only reads; a write is never repeated. */
  async #answer(request: D1Request, planned: PlannedRequest): Promise<D1Answer> {
    const { access } = planned;
    const occasion = { database: this.#id, pop: request.pop, access };
    for (let attempts = 1; ; attempts++) {
      const isLast = access === 'write' || attempts === D1_READ_ATTEMPTS;
      const lost = this.#faults.fires('connection-lost', occasion)?.when;
      if (lost === 'before' && isLast) return { reply: undefined, lost };
      if (lost === 'before') continue;
      const { reply, isRetryable } = await this.#attemptReply(request, planned, attempts);
      // A reply that is cut has begun to reach the caller: nobody can begin again.
      if ((isRetryable || lost === 'after') && !isLast) continue;
      return { reply, lost };
    }
  }

  async #attemptReply(
    request: D1Request,
    planned: PlannedRequest,
    attempts: number,
  ): Promise<{ readonly reply: D1Reply; readonly isRetryable: boolean }> {
    try {
      return { reply: this.#replyOf(await this.#attempt(request, planned), attempts), isRetryable: false };
    } catch (error) {
      if (!(error instanceof D1Failure || error instanceof D1Refusal)) throw error;
      const isRetryable = error instanceof D1Failure && error.retryable;
      return { reply: { outcome: { error: error.message }, bookmark: undefined }, isRetryable };
    }
  }

  #replyOf({ outcome, replica, serviceMs, position }: Served, attempts: number): D1Reply {
    const bookmark = this.#instances.bookmarks.at(position);
    if ('error' in outcome) return { outcome, bookmark };
    const served = {
      instance: this.#instanceIn(replica),
      isPrimary: replica === undefined,
      serviceMs,
      attempts,
    };
    return { outcome: { results: resultsOf(outcome.executions, served) }, bookmark };
  }

  async #attempt({ pop, token }: D1Request, planned: PlannedRequest): Promise<Served> {
    const { bookmarks, newest } = this.#instances;
    const session = sessionOf(token, bookmarks, newest, this.#behaviour.foreignBookmarks);
    const replica = session.to === 'primary' ? undefined : this.#replicaFor(pop);
    const region = replica ?? this.#profile.primary.region;
    const busy = { database: this.#id, pop, access: planned.access };
    const halfWayMs = this.#drawMs(this.#profile.roundTripMs[pop][region]) / 2;
    await this.#travel(halfWayMs, pop);
    try {
      const overload = this.#faults.fires('overloaded', busy);
      if (overload) throw overloaded(overload.reason);
      return await this.#serve(session, replica, planned, pop);
    } finally {
      await this.#travel(halfWayMs, pop);
    }
  }

  async #serve(
    session: Session,
    replica: Region | undefined,
    planned: PlannedRequest,
    pop: Pop,
  ): Promise<Served> {
    if (replica === undefined || session.to === 'primary') return this.#instances.onPrimary(planned);
    if (planned.access === 'read') return this.#instances.onReplica(replica, planned, session.isReached);
    const halfWayMs = this.#drawMs(this.#profile.forwardingMs[replica]) / 2;
    await this.#travel(halfWayMs, pop);
    try {
      return await this.#instances.onPrimary(planned);
    } finally {
      await this.#travel(halfWayMs, pop);
    }
  }

  /** Undefined for the primary. */
  #replicaFor(pop: Pop): Region | undefined {
    const nearest = nearestInstance(this.#profile, pop, this.#chance);
    const occasion = { database: this.#id, pop };
    return this.#faults.fires('replica-switch', occasion)?.to ?? nearest;
  }

  #drawMs(distribution: Distribution | undefined): number {
    return draw(distribution ?? 0, this.#chance);
  }

  async #travel(ms: number, pop: Pop): Promise<void> {
    if (ms <= 0) return;
    await this.#waiting.during({ reason: 'network', database: this.#id, pop }, delay(this.#clock, ms));
  }

  #instanceIn(replica: Region | undefined): Instance {
    const { primary, replicas } = this.#profile;
    return replicas.find(({ region }) => region === replica) ?? primary;
  }
}

function plan({ queries, operation }: D1Request): PlannedRequest | { readonly error: string } {
  try {
    return planRequest(queries, operation);
  } catch (error) {
    return { error: d1ErrorText(error) };
  }
}
