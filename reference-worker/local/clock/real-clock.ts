import type { Clock } from './clock.ts';

/** Beyond it setTimeout fires at once (2^31 - 1 ms, about 25 days). */
const LONGEST_TIMER_MS = 2_147_483_647;

/** This machine's time, but monotonic: a correction of the system's clock does not move it. */
export class RealClock implements Clock {
  now(): number {
    return performance.timeOrigin + performance.now();
  }

  /** Precise to about a millisecond, which is what Node's timers are. */
  at(timeMs: number, callback: () => void): () => void {
    let timer: NodeJS.Timeout;
    const wait = (): void => {
      const leftMs = Math.max(0, timeMs - this.now());
      timer = leftMs > LONGEST_TIMER_MS ? setTimeout(wait, LONGEST_TIMER_MS) : setTimeout(callback, leftMs);
    };
    wait();
    return () => clearTimeout(timer);
  }
}
