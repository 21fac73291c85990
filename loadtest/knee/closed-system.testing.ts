import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { LadderRung } from './ladder.ts';

/** Stations in a row, each one server with a first-come queue, as the single thread of a D1 database is. */
export interface ClosedSystem {
  readonly thinkTimeMedianMs: number;
  readonly thinkTimeSigma: number;
  readonly stations: readonly Station[];
  /**
   * How strongly the service time of all stations drifts together, as a machine's speed does: the standard deviation and
   * the memory from one second to the next of a first-order autoregression on its logarithm.
   */
  readonly drift?: { readonly sigma: number; readonly memory: number };
  /** A machine with two speeds that are this share above and below its mean, and changes over every so many seconds. */
  readonly flips?: { readonly share: number; readonly everySeconds: number };
}

export interface Station {
  readonly meanServiceMs: number;
  /** Of the log-normal service time; 0: always the mean. `exponential`: that instead. */
  readonly sigma: number | 'exponential';
}

/** A source of the numbers that the simulation draws, one seed one source. */
function randomSource(seed: number): { unit: () => number; normal: () => number } {
  const generator = xoroshiro128plus(seed);
  const unit = () => uniformFloat64(generator);
  // Box and Muller, Annals of Mathematical Statistics 29(2), 1958.
  const normal = () => Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit());
  return { unit, normal };
}

/** Mean time without a request in flight. */
export const idleMsOf = ({ thinkTimeMedianMs, thinkTimeSigma }: ClosedSystem): number =>
  thinkTimeMedianMs * Math.exp(thinkTimeSigma ** 2 / 2);

/**
 * The knee as theory has it, without a simulation: N* = (Z + R0) / Dmax, the crossing of the asymptotes of a closed system
 * (Denning and Buzen, "The operational analysis of queueing network models", ACM Computing Surveys 10(3), 1978).
 */
export function trueKnee(system: ClosedSystem): { virtualUsers: number; requestsPerSecond: number } {
  const demands = system.stations.map((station) => station.meanServiceMs);
  const requestsPerSecond = 1000 / Math.max(...demands);
  const cycleMs = idleMsOf(system) + demands.reduce((sum, demand) => sum + demand, 0);
  return { requestsPerSecond, virtualUsers: (cycleMs / 1000) * requestsPerSecond };
}

/**
 * The users with whom the p95 of a single exponential server reaches a bound. Who arrives finds the queue of a system with
 * one user fewer (Lavenberg and Reiser, "Stationary state probabilities at arrival instants for closed queueing networks",
 * Journal of Applied Probability 17(4), 1980), and waits for the exponential services of all who are before it, and its own.
 */
export function limitOfP95(system: ClosedSystem, p95Ms: number): number {
  const serviceMs = system.stations[0]?.meanServiceMs ?? 0;
  const load = serviceMs / idleMsOf(system);
  for (let users = 1; ; users += 1) {
    // Weights of 0, 1, ... in the queue, with users - 1 in all, and the share of them that wait for longer.
    let [weight, weights, late, term, tail] = [1, 0, 0, Math.exp(-p95Ms / serviceMs), 0];
    for (let queue = 0; queue < users; queue += 1) {
      tail += term;
      weights += weight;
      late += weight * Math.min(1, tail);
      weight *= load * (users - 1 - queue);
      term *= p95Ms / serviceMs / (queue + 1);
    }
    if (late / weights > 0.05) return users - 1;
  }
}

const JOIN_SECONDS = 4;

/**
 * Climbs a ladder on a simulated system, one discrete event per request: the users of a rung join those of the rung before,
 * think, and wait for their answers.
 *
 * @param virtualUsers of each rung, rising
 * @param rungSeconds how long each is held; users join in its first four seconds
 */
export function climb(
  system: ClosedSystem,
  virtualUsers: readonly number[],
  rungSeconds: number,
  seed: number,
): LadderRung[] {
  const { unit, normal } = randomSource(seed);
  const users = new WakeHeap(Math.max(...virtualUsers));
  const freeAtMs = new Float64Array(system.stations.length);
  const speeds = factorOfSeconds(system, rungSeconds * virtualUsers.length, { unit, normal });
  const thinkMs = (): number => system.thinkTimeMedianMs * Math.exp(system.thinkTimeSigma * normal());
  const answered = Array.from({ length: rungSeconds * virtualUsers.length }, (): number[] => []);
  for (const [rung, count] of virtualUsers.entries()) {
    const startMs = rung * rungSeconds * 1000;
    while (users.size < count) users.push(startMs + unit() * JOIN_SECONDS * 1000);
    while (users.earliestMs < startMs + rungSeconds * 1000) {
      const sentMs = users.earliestMs;
      let atMs = sentMs;
      for (const [index, { meanServiceMs, sigma }] of system.stations.entries()) {
        const beginMs = Math.max(atMs, freeAtMs[index] ?? 0);
        const speed = speeds[Math.floor(beginMs / 1000)] ?? 1;
        const factor =
          sigma === 'exponential' ? -Math.log(1 - unit()) : Math.exp(sigma * normal() - sigma ** 2 / 2);
        const serviceMs = meanServiceMs * speed * factor;
        atMs = beginMs + serviceMs;
        freeAtMs[index] = atMs;
      }
      answered[Math.floor(atMs / 1000)]?.push(atMs - sentMs);
      users.replaceEarliest(atMs + thinkMs());
    }
  }
  return virtualUsers.map((count, rung) =>
    rungOf(count, answered.slice(rung * rungSeconds, (rung + 1) * rungSeconds)),
  );
}

/** The factor on every service time, second by second; its reciprocal, the speed, has mean 1. */
function factorOfSeconds(
  { drift, flips }: ClosedSystem,
  seconds: number,
  { unit, normal }: ReturnType<typeof randomSource>,
): readonly number[] {
  if (flips) {
    const offset = unit() * 2 * flips.everySeconds;
    const isFast = (second: number): boolean => Math.floor((second + offset) / flips.everySeconds) % 2 === 0;
    return Array.from({ length: seconds }, (_, second) => 1 / (1 + (isFast(second) ? 1 : -1) * flips.share));
  }
  if (!drift) return [];
  const { sigma, memory } = drift;
  let logFactor = sigma * normal();
  return Array.from({ length: seconds }, () => {
    logFactor = memory * logFactor + Math.sqrt(1 - memory ** 2) * sigma * normal();
    return Math.exp(logFactor + sigma ** 2 / 2);
  });
}

function rungOf(virtualUsers: number, answered: readonly (readonly number[])[]): LadderRung {
  const all = answered.flat();
  return {
    virtualUsers,
    seconds: answered.map((latencies) => ({
      requests: latencies.length,
      failures: 0,
      p95Ms: percentile95(latencies),
    })),
    latency: {
      meanMs: all.reduce((sum, ms) => sum + ms, 0) / Math.max(1, all.length),
      p95Ms: percentile95(all),
    },
    missedObjectives: [],
  };
}

function percentile95(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.ceil(0.95 * sorted.length) - 1] ?? 0;
}

/** When each user wakes, the earliest on top: a binary heap without objects, as millions of requests pass through it. */
class WakeHeap {
  size = 0;
  readonly #atMs: Float64Array;

  constructor(capacity: number) {
    this.#atMs = new Float64Array(capacity);
  }

  get earliestMs(): number {
    return this.#atMs[0] ?? Number.POSITIVE_INFINITY;
  }

  push(atMs: number): void {
    let hole = this.size;
    this.size += 1;
    for (
      let parent = (hole - 1) >> 1;
      hole > 0 && (this.#atMs[parent] ?? 0) > atMs;
      parent = (hole - 1) >> 1
    ) {
      this.#atMs[hole] = this.#atMs[parent] ?? 0;
      hole = parent;
    }
    this.#atMs[hole] = atMs;
  }

  replaceEarliest(atMs: number): void {
    const heap = this.#atMs;
    let hole = 0;
    for (let child = 1; child < this.size; child = 2 * hole + 1) {
      const right = child + 1;
      if (right < this.size && (heap[right] ?? 0) < (heap[child] ?? 0)) child = right;
      if ((heap[child] ?? 0) >= atMs) break;
      heap[hole] = heap[child] ?? 0;
      hole = child;
    }
    heap[hole] = atMs;
  }
}
