import { setTimeout } from 'node:timers/promises';
import { platformOf, type Target } from '../../reference-worker/target/index.ts';

/** A clock that stands still unless it is stepped, and who waits for it. */
export interface SteppedClock {
  /** Resolves when all that was due has happened. */
  advance(ms: number): Promise<unknown>;
  /** How many requests wait for time to pass. */
  waiting(): Promise<number>;
}

/** The clock of a target in simulated time. */
export function clockOf(target: Target): SteppedClock {
  const { control } = platformOf(target).platform;
  return { advance: (ms) => control.advance(ms), waiting: async () => (await control.waiting()).length };
}

/** More than any lag, and than KV keeps anything: nothing of a program is left under way after it. */
export const SETTLE_MS = 100_000;
/** Most requests answer within it; asking who waits costs as much as one more request. */
const HEAD_START_MS = 2;

/**
 * The sessions of a program: one step after the other, each to its end or to where it has to wait for time to pass. A session
 * waits for each answer before it goes on, so that its further steps are left out meanwhile.
 */
export class SteppedRun {
  readonly #clock: SteppedClock;
  readonly #pending = new Map<string, Promise<void>>();
  readonly #elapsedMs = [0];

  constructor(clock: SteppedClock) {
    this.#clock = clock;
  }

  /** The logical time: how many steps there were. */
  get now(): number {
    return this.#elapsedMs.length - 1;
  }

  /** How much time had passed at each logical time, in milliseconds. */
  get elapsedMs(): readonly number[] {
    return this.#elapsedMs;
  }

  /** The sessions that wait for an answer. */
  get waiting(): readonly string[] {
    return [...this.#pending.keys()];
  }

  /**
   * A step of a session, unless it still waits.
   *
   * @param ask makes the request, and resolves when it was answered
   * @throws whatever a request under way throws
   */
  async request(session: string, ask: () => Promise<void>): Promise<void> {
    await this.requests([[session, ask]]);
  }

  /** One step of several sessions at once. */
  async requests(asks: Iterable<readonly [session: string, ask: () => Promise<void>]>): Promise<void> {
    for (const [session, ask] of asks)
      if (!this.#pending.has(session))
        this.#pending.set(
          session,
          ask().finally(() => this.#pending.delete(session)),
        );
    await this.#quiet();
    this.#step(0);
  }

  /** A step in which time passes, and nobody starts anything. */
  async pass(ms: number): Promise<void> {
    await this.#clock.advance(ms);
    await this.#quiet();
    this.#step(ms);
  }

  #step(ms: number): void {
    this.#elapsedMs.push((this.#elapsedMs.at(-1) ?? 0) + ms);
  }

  /** Resolves when every request has answered or waits for time to pass. */
  async #quiet(): Promise<void> {
    const pending = this.#pending;
    if (pending.size > 0) await Promise.race([setTimeout(HEAD_START_MS), ...pending.values()]);
    while (pending.size > 0) {
      const count = await Promise.race([this.#clock.waiting(), ...pending.values()]);
      // A request on its way between workerd and the data plane is in neither account; then both are asked again. What a Worker
      // does after its answer (waitUntil) may wait as well, and is in the first account only.
      if (typeof count === 'number' && count >= pending.size) return;
    }
  }
}
