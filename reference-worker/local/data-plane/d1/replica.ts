import { chanceOf } from '../chance.ts';
import type { FaultInjector } from '../faults/fault-injector.ts';
import type { D1Profile, Region } from '../profile.ts';
import type { Clock } from '../time/clock.ts';
import { ReplicaLag } from './lag.ts';

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
    const late = this.#faults.strikes('replica-lag', this.#occasion)?.addMs ?? 0;
    const behind = schemaChanged ? (this.#faults.strikes('schema-behind', this.#occasion)?.addMs ?? 0) : 0;
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
