import type { DatabaseUsage } from '../backend/index.ts';
import type { Clock } from '../clock/index.ts';
import { overloaded } from '../faults/index.ts';

export interface QueueLimits {
  /** How many may wait. */
  readonly queueLimit: number;
  readonly queueWaitMs: number;
}

/** What an instance has done since it was opened; see `DatabaseUsage`. */
export type QueueUsage = Omit<DatabaseUsage, 'database' | 'instance'>;

interface Job {
  readonly start: () => void;
  readonly reject: (error: Error) => void;
  readonly stopTimer: () => void;
}

/**
 * An instance of a database serves one request at a time (developers.cloudflare.com/d1/reference/faq), first come,
 * first served. Each occupies it for its modelled service time, or for the time that its SQL really took when that
 * was longer, without burning the processor for it.
 *
 * Turns follow each other in the model's time: a timer of the machine that comes late, by the millisecond that Node's timers
 * take or by more where the machine is busy, makes one answer late and no later turn. Otherwise a service time of a fraction
 * of a millisecond could not be modelled, and a busy machine would have a slower database.
 */
export class ServiceQueue {
  readonly #clock: Clock;
  readonly #limits: QueueLimits;
  #busy = false;
  /** When the request that is served, or was served last, is over in the model's time. */
  #freeAtMs = Number.NEGATIVE_INFINITY;
  #waiting: Job[] = [];
  #requests = 0;
  #busyMs = 0;
  #queueMs = 0;
  #longestQueue = 0;

  constructor(clock: Clock, limits: QueueLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  get isBusy(): boolean {
    return this.#busy;
  }

  get usage(): QueueUsage {
    return {
      requests: this.#requests,
      busyMs: this.#busyMs,
      queueMs: this.#queueMs,
      longestQueue: this.#longestQueue,
    };
  }

  /**
   * Runs the work when it is its turn; settles when the service time is over.
   *
   * @throws D1Failure when too many wait already, or when the turn does not come in time
   */
  run<Result>(serviceMs: number, work: () => Result): Promise<Result> {
    return new Promise((resolve, reject) => this.enter(serviceMs, work, resolve, reject));
  }

  /**
   * The same without a promise: a simulation of millions of requests has no time for them.
   *
   * @param resolve is called within the turn that ends; whoever enters again does so in a later event, behind those that wait
   */
  enter<Result>(
    serviceMs: number,
    work: () => Result,
    resolve: (result: Result) => void,
    reject: (error: unknown) => void,
  ): void {
    const arrivedAtMs = this.#clock.now();
    const start = (): void => this.#serve(arrivedAtMs, serviceMs, work, resolve, reject);
    if (!this.#busy) {
      start();
      return;
    }
    if (this.#waiting.length >= this.#limits.queueLimit) {
      reject(overloaded('too-many-queued'));
      return;
    }
    const giveUp = (): void => {
      this.#waiting = this.#waiting.filter((one) => one !== job);
      reject(overloaded('queued-too-long'));
    };
    const stopTimer = this.#clock.at(arrivedAtMs + this.#limits.queueWaitMs, giveUp);
    const job = { start, reject, stopTimer };
    this.#longestQueue = Math.max(this.#longestQueue, this.#waiting.push(job));
  }

  /** The instance restarts: whoever waits is told. */
  drop(error: Error): void {
    for (const { reject, stopTimer } of this.#waiting) {
      stopTimer();
      reject(error);
    }
    this.#waiting = [];
  }

  #serve<Result>(
    arrivedAtMs: number,
    serviceMs: number,
    work: () => Result,
    resolve: (result: Result) => void,
    reject: (error: unknown) => void,
  ): void {
    const workFromMs = this.#clock.now();
    const startMs = Math.max(arrivedAtMs, this.#freeAtMs);
    this.#busy = true;
    this.#requests += 1;
    this.#queueMs += startMs - arrivedAtMs;
    let settle: () => void;
    try {
      const result = work();
      settle = () => resolve(result);
    } catch (error) {
      settle = () => reject(error);
    }
    const occupiedMs = Math.max(serviceMs, this.#clock.now() - workFromMs);
    const endMs = startMs + occupiedMs;
    this.#freeAtMs = endMs;
    const finish = (): void => {
      this.#busy = false;
      this.#busyMs += occupiedMs;
      settle();
      const next = this.#waiting.shift();
      next?.stopTimer();
      next?.start();
    };
    if (endMs > this.#clock.now()) this.#clock.at(endMs, finish);
    else finish();
  }
}
