import type { Latency, Rung, SecondOfRun } from '../../reports/index.ts';

/** One rung of a closed step ladder, as measured: a number of users, held. */
export interface LadderRung {
  readonly virtualUsers: number;
  /** Whole seconds of the rung, one after the other, its first second first; at least 20. */
  readonly seconds: readonly Pick<SecondOfRun, 'requests' | 'failures' | 'p95Ms'>[];
  /** Over the whole rung, from its merged histogram: percentiles of single seconds could not be put together. */
  readonly latency: Pick<Latency, 'meanMs' | 'p95Ms'>;
  /** Told beside the rung, and not judged here. */
  readonly beside?: Pick<Rung, 'modelledP95Ms' | 'foreignCpuPercent'>;
  /** The objectives that did not hold on this rung, in words, as in `p95 of open-client`. */
  readonly missedObjectives: readonly string[];
}

/** The database that was busiest on the ladder, as its own counters say. */
export interface BusiestDatabase {
  readonly database: string;
  /** Time in which it serves one request, its queue not included; above 0. */
  readonly meanServiceMs: number;
  /** Requests to the database per request to the target; above 0. */
  readonly visits: number;
}

/** A climb in the closed model: more and more users, each number of them held for a while. */
export interface Ladder {
  /** At least one, in any order. */
  readonly rungs: readonly LadderRung[];
  /** Mean time without a request in flight, per request and user: virtual users / requests offered per second. */
  readonly idleMs: number;
  /** null: the target's databases cannot be seen. */
  readonly busiestDatabase: BusiestDatabase | null;
}
