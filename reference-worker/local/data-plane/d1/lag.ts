import type { Chance } from '../chance.ts';
import { type Distribution, draw } from '../distribution.ts';

/**
 * How far a replica is behind, as a function of time. Replication is a queue: a commit cannot overtake the one
 * before it, so commits close to each other are late alike. One lag is therefore held for a while; the share of time
 * that goes into catching up from a longer lag to a shorter one is small when the hold is long against the lag.
 */
export class ReplicaLag {
  readonly #distribution: Distribution;
  readonly #holdMs: number;
  readonly #chance: Chance;
  #untilMs: number;
  #lagMs: number;

  constructor(distribution: Distribution, holdMs: number, chance: Chance, nowMs: number) {
    this.#distribution = distribution;
    this.#holdMs = holdMs;
    this.#chance = chance;
    this.#lagMs = draw(distribution, chance);
    // Replicas do not change step together.
    this.#untilMs = nowMs + chance() * holdMs;
  }

  /** @param nowMs must not be before that of an earlier call */
  at(nowMs: number): number {
    while (nowMs >= this.#untilMs) {
      this.#lagMs = draw(this.#distribution, this.#chance);
      this.#untilMs += this.#holdMs;
    }
    return this.#lagMs;
  }
}
