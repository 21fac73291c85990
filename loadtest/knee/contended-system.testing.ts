import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { LadderRung } from './ladder.ts';

/**
 * A closed system whose server follows the universal scalability law: with q requests inside it answers lambda q / (1 + sigma
 * (q - 1) + kappa q (q - 1)) a second. Service and think times are exponential, so that it is a birth-and-death process
 * whose throughput is known exactly.
 */
export interface ContendedSystem {
  readonly thinkSeconds: number;
  readonly lambda: number;
  readonly sigma: number;
  readonly kappa: number;
}

const rate = ({ lambda, sigma, kappa }: ContendedSystem, q: number): number =>
  (lambda * q) / (1 + sigma * (q - 1) + kappa * q * (q - 1));

/** The most that it answers in a second, with whatever number inside. */
export function peakThroughput(system: ContendedSystem): number {
  const { lambda, sigma, kappa } = system;
  return kappa === 0 ? lambda / sigma : rate(system, Math.round(Math.sqrt((1 - sigma) / kappa)));
}

/** Requests per second with this many users, from the stationary distribution (Kleinrock vol. 1, section 3.1). */
export function exactThroughput(system: ContendedSystem, virtualUsers: number): number {
  const logWeights = [0];
  for (let q = 1; q <= virtualUsers; q += 1) {
    const arrivals = (virtualUsers - q + 1) / system.thinkSeconds;
    logWeights.push((logWeights[q - 1] ?? 0) + Math.log(arrivals / rate(system, q)));
  }
  const largest = Math.max(...logWeights);
  const weights = logWeights.map((weight) => Math.exp(weight - largest));
  const served = weights.reduce((sum, weight, q) => sum + (q === 0 ? 0 : weight * rate(system, q)), 0);
  return served / weights.reduce((sum, weight) => sum + weight, 0);
}

/** Climbs a ladder on it, one event per request sent or answered; latencies are means, by Little's law. */
export function climbContended(
  system: ContendedSystem,
  virtualUsers: readonly number[],
  rungSeconds: number,
  seed: number,
): LadderRung[] {
  const generator = xoroshiro128plus(seed);
  const unit = (): number => uniformFloat64(generator);
  let inside = 0;
  return virtualUsers.map((users) => {
    const requests = new Array<number>(rungSeconds).fill(0);
    const presence = new Array<number>(rungSeconds).fill(0);
    for (let at = 0; ; ) {
      const arrivals = (users - inside) / system.thinkSeconds;
      const departures = inside === 0 ? 0 : rate(system, inside);
      const stay = -Math.log(1 - unit()) / (arrivals + departures);
      const second = Math.floor(at);
      presence[second] = (presence[second] ?? 0) + inside * stay;
      at += stay;
      if (at >= rungSeconds) break;
      if (unit() * (arrivals + departures) < arrivals) {
        inside += 1;
      } else {
        inside -= 1;
        requests[Math.floor(at)] = (requests[Math.floor(at)] ?? 0) + 1;
      }
    }
    const perSecond = requests.reduce((sum, count) => sum + count, 0) / rungSeconds;
    const latencyMs = presence.map((inSystem) => (1000 * inSystem) / perSecond);
    const meanMs = latencyMs.reduce((sum, ms) => sum + ms, 0) / rungSeconds;
    const seconds = requests.map((count, second) => ({
      requests: count,
      failures: 0,
      p95Ms: latencyMs[second] ?? 0,
    }));
    return { virtualUsers: users, seconds, latency: { meanMs, p95Ms: meanMs }, missedObjectives: [] };
  });
}
