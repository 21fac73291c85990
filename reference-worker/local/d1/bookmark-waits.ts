import type { Clock } from '../clock/index.ts';
import { bookmarkNotReached } from '../faults/index.ts';
import type { Region } from '../latency/index.ts';
import type { Replication } from './replication.ts';
import type { Condition } from './route.ts';

interface Wait {
  readonly region: Region;
  readonly isReached: Condition;
  readonly done: () => void;
}

/** The requests that a replica may not answer before it has reached their bookmark. */
export class BookmarkWaits {
  readonly #clock: Clock;
  readonly #replication: Replication;
  readonly #limitMs: number;
  readonly #waits = new Set<Wait>();
  #stopTimer = (): void => undefined;

  constructor(clock: Clock, replication: Replication, limitMs: number) {
    this.#clock = clock;
    this.#replication = replication;
    this.#limitMs = limitMs;
  }

  /** @throws D1Failure when the replica does not get there in time */
  until(region: Region, isReached: Condition): Promise<void> {
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        this.#waits.delete(wait);
        reject(bookmarkNotReached());
      };
      const stop = this.#clock.at(this.#clock.now() + this.#limitMs, giveUp);
      const done = (): void => {
        stop();
        resolve();
      };
      const wait = { region, isReached, done };
      this.#waits.add(wait);
      this.wake();
    });
  }

  /** Must be called whenever a replica may show more than before, or at another time than planned. */
  wake(): void {
    this.#stopTimer();
    for (const wait of this.#waits) {
      if (!wait.isReached(this.#replication.positionOf(wait.region))) continue;
      this.#waits.delete(wait);
      wait.done();
    }
    const nextMs = this.#waits.size > 0 ? this.#replication.nextChangeMs() : undefined;
    this.#stopTimer = nextMs === undefined ? () => undefined : this.#clock.at(nextMs, () => this.wake());
  }
}
