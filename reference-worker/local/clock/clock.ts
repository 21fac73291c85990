/**
 * The data plane's only source of time: lag, TTLs, faults and modelled service follow it, so that a test which
 * steps a virtual clock decides when anything happens.
 */
export interface Clock {
  /** Milliseconds since the epoch; never goes back. */
  now(): number;
  /**
   * Calls back when the time has come, never within this call.
   *
   * @param timeMs milliseconds since the epoch; in the past means as soon as possible
   * @returns cancels the call
   */
  at(timeMs: number, callback: () => void): () => void;
}

/** Resolves after so many milliseconds of the clock. */
export const delay = (clock: Clock, ms: number): Promise<void> =>
  new Promise((resolve) => {
    clock.at(clock.now() + ms, resolve);
  });
