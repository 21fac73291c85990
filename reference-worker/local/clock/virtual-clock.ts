import type { Clock } from './clock.ts';

interface Timer {
  readonly atMs: number;
  readonly callback: () => void;
}

/** 2026-01-01T00:00:00Z: a fixed start, so that a run does not depend on the day on which it is run. */
const START_MS = Date.UTC(2026, 0, 1);

/**
 * Time that stands still until it is stepped. Timers fire in the order of their times, and of their creation where
 * times are equal: the same steps give the same history.
 */
export class VirtualClock implements Clock {
  #nowMs = START_MS;
  readonly #timers: Timer[] = [];
  #stepped: Promise<void> = Promise.resolve();

  now(): number {
    return this.#nowMs;
  }

  at(timeMs: number, callback: () => void): () => void {
    const timer = { atMs: Math.max(timeMs, this.#nowMs), callback };
    const after = this.#timers.findLastIndex(({ atMs }) => atMs <= timer.atMs);
    this.#timers.splice(after + 1, 0, timer);
    return () => {
      const index = this.#timers.indexOf(timer);
      if (index >= 0) this.#timers.splice(index, 1);
    };
  }

  /**
   * Steps time and fires what is due on the way, each timer at its own time, after everything that the one before
   * it set in motion has come to rest. Steps that are asked for meanwhile wait, or time would go back.
   *
   * @param ms at least 0
   */
  advance(ms: number): Promise<void> {
    const stepped = this.#stepped.then(() => this.#step(ms));
    this.#stepped = stepped.catch(() => undefined);
    return stepped;
  }

  /** How long until the next timer is due, or undefined where nothing is planned. */
  untilNextMs(): number | undefined {
    const [next] = this.#timers;
    return next && next.atMs - this.#nowMs;
  }

  async #step(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    await atRest();
    for (let next = this.#timers[0]; next && next.atMs <= untilMs; next = this.#timers[0]) {
      this.#timers.shift();
      this.#nowMs = next.atMs;
      next.callback();
      await atRest();
    }
    this.#nowMs = untilMs;
  }
}

/** A turn of the event loop: every promise that can settle without time passing has settled by then. */
const atRest = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
