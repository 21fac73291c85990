import type { Clock } from '../clock/index.ts';
import type { FaultInjector } from '../faults/index.ts';
import {
  type Chance,
  chanceOf,
  type D1Profile,
  type Distribution,
  draw,
  type Region,
} from '../latency/index.ts';

export interface ReplicaOptions {
  readonly database: string;
  readonly profile: D1Profile;
  readonly seed: number;
  readonly clock: Clock;
  readonly faults: FaultInjector;
}

/** When one replica shows what the primary has committed: its lag, and the faults that add to it. */
export class Replica {
  readonly region: Region;
  readonly #clock: Clock;
  readonly #faults: FaultInjector;
  /** What a fault of this replica is aimed at. */
  readonly #occasion;
  readonly #lag: ReplicaLag;
  #lastArrivalMs = Number.NEGATIVE_INFINITY;

  constructor(region: Region, { database, profile, seed, clock, faults }: ReplicaOptions) {
    this.region = region;
    this.#clock = clock;
    this.#faults = faults;
    this.#occasion = { database, region };
    const chance = chanceOf(seed, database, region, 'lag');
    this.#lag = new ReplicaLag(profile.replicaLagMs, profile.lagHoldMs, chance, clock.now());
  }

  /** When a commit that is made now arrives: never before the one before it. */
  arrivalMs({ schemaChanged }: { readonly schemaChanged: boolean }): number {
    const late = this.#faults.fires('replica-lag', this.#occasion)?.addMs ?? 0;
    const behind = schemaChanged ? (this.#faults.fires('schema-behind', this.#occasion)?.addMs ?? 0) : 0;
    const nowMs = this.#clock.now();
    this.#lastArrivalMs = Math.max(this.#lastArrivalMs, nowMs + this.#lag.at(nowMs) + late + behind);
    return this.#lastArrivalMs;
  }

  /** Whether a fault is planned that could make it fall behind. */
  isDisturbed(): boolean {
    const kinds = ['replica-lag', 'replica-pause', 'schema-behind'] as const;
    return kinds.some((kind) => this.#faults.periods(kind, this.#occasion).length > 0);
  }

  /** When what arrives at that time is shown: after the pauses that it falls into. */
  dueMs(arrivalMs: number): number {
    const pauses = this.#pauses().toSorted((a, b) => a.fromMs - b.fromMs);
    return pauses.reduce(
      (due, { fromMs, untilMs }) => (fromMs <= due && due < untilMs ? untilMs : due),
      arrivalMs,
    );
  }

  /** Logs the pause that holds back now what arrived at that time. */
  noticePause(arrivalMs: number): void {
    const nowMs = this.#clock.now();
    if (arrivalMs > nowMs) return;
    const pause = this.#pauses().find(({ fromMs, untilMs }) => fromMs <= nowMs && nowMs < untilMs);
    if (pause) this.#faults.fired(pause.fault.id, this.#occasion);
  }

  #pauses() {
    return this.#faults.periods('replica-pause', this.#occasion);
  }
}

/**
 * How far a replica is behind, as a function of time. Replication is a queue: a commit cannot overtake the one
 * before it, so commits close to each other are late alike. One lag is therefore held for a while; the share of time
 * that goes into catching up from a longer lag to a shorter one is small when the hold is long against the lag.
 */
class ReplicaLag {
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
