import type { Clock } from '../clock/index.ts';

/** A request that cannot go on before time has passed, and why. */
export interface WaitingRequest {
  readonly reason: 'network' | 'queue' | 'service' | 'bookmark' | 'store' | 'upstream' | 'r2';
  readonly database?: string;
  readonly namespace?: string;
  readonly region?: string;
  readonly pop?: string;
  /** Milliseconds since the epoch, on the data plane's clock. */
  readonly sinceMs: number;
}

/** Who waits now: with a virtual clock, what a test has to step time for. */
export class WaitingRequests {
  readonly #clock: Clock;
  readonly #waiting = new Set<WaitingRequest>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async during<Result>(what: Omit<WaitingRequest, 'sinceMs'>, work: Promise<Result>): Promise<Result> {
    const request = { ...what, sinceMs: this.#clock.now() };
    this.#waiting.add(request);
    try {
      return await work;
    } finally {
      this.#waiting.delete(request);
    }
  }

  list(): WaitingRequest[] {
    return [...this.#waiting];
  }
}
