import { type ClosedSystem, climb, idleMsOf, limitOfP95, trueKnee } from './closed-system.testing.ts';
import { type ContendedSystem, climbContended, peakThroughput } from './contended-system.testing.ts';
import { findKnee } from './index.ts';
import type { LadderRung } from './ladder.ts';

/** A simulated target whose knee is known. */
export interface KnownTarget {
  readonly name: string;
  readonly knee: number;
  readonly idleMs: number;
  readonly climb: (virtualUsers: readonly number[], rungSeconds: number, seed: number) => LadderRung[];
}

/** The shape of the think time is the scenarios'; it is shorter, so that a run is some ten thousand requests. */
const think = { thinkTimeMedianMs: 2000, thinkTimeSigma: 0.6 };
const oneDatabase = { ...think, stations: [{ meanServiceMs: 10, sigma: 0.8 }] };

const closed = (name: string, system: ClosedSystem): KnownTarget => ({
  name,
  knee: trueKnee(system).virtualUsers,
  idleMs: idleMsOf(system),
  climb: (...rest) => climb(system, ...rest),
});

/** M/M/1 that is asked for a p95 before its throughput stops. */
function withObjective(p95Ms: number): KnownTarget {
  const system: ClosedSystem = { ...think, stations: [{ meanServiceMs: 10, sigma: 'exponential' }] };
  return {
    name: `M/M/1 with a p95 of ${p95Ms} ms as the limit`,
    knee: limitOfP95(system, p95Ms),
    idleMs: idleMsOf(system),
    climb: (...rest) =>
      climb(system, ...rest).map((rung) => ({
        ...rung,
        missedObjectives: rung.latency.p95Ms > p95Ms ? ['p95 of all'] : [],
      })),
  };
}

/** The knee is the crossing of its highest throughput and of the demand of users who never wait. */
const contended = (system: ContendedSystem): KnownTarget => ({
  name: `contention of ${system.sigma}, kappa ${system.kappa}`,
  knee: peakThroughput(system) * (system.thinkSeconds + 1 / system.lambda),
  idleMs: 1000 * system.thinkSeconds,
  climb: (...rest) => climbContended(system, ...rest),
});

export const KNOWN_TARGETS: readonly KnownTarget[] = [
  closed('one database', oneDatabase),
  closed('a Worker, a database and a second one', {
    ...think,
    stations: [
      { meanServiceMs: 2, sigma: 0.5 },
      { meanServiceMs: 10, sigma: 0.8 },
      { meanServiceMs: 6, sigma: 0.5 },
    ],
  }),
  withObjective(100),
  withObjective(200),
  closed('a machine of uneven speed', { ...oneDatabase, drift: { sigma: 0.05, memory: 0.5 } }),
  closed('a machine that changes its speed every 10 s', {
    ...oneDatabase,
    flips: { share: 0.1, everySeconds: 10 },
  }),
  contended({ thinkSeconds: 10, lambda: 50, sigma: 0.5, kappa: 0 }),
  contended({ thinkSeconds: 2, lambda: 50, sigma: 0.1, kappa: 0 }),
  contended({ thinkSeconds: 1, lambda: 50, sigma: 0.05, kappa: 0 }),
  contended({ thinkSeconds: 1, lambda: 20, sigma: 0.02, kappa: 0 }),
  contended({ thinkSeconds: 10, lambda: 50, sigma: 0.5, kappa: 1e-4 }),
];

const RUNG_SECONDS = 40;
const RUNGS = 10;
const GOLDEN_RATIO = 0.618_033_988_75;

export interface Coverage {
  readonly runs: number;
  readonly covered: number;
  /** Runs whose bracket lies wholly above the truth, and wholly below it. */
  readonly above: number;
  readonly below: number;
  /** Mean width of the brackets that have both ends, as a share of the truth. */
  readonly width: number;
}

/**
 * How often the bracket of the knee holds the truth. Each run has a seed of its own and a ladder of its own, the shape
 * of the scenario's: ten even rungs up to twice the knee, 15 % lower or higher, as nobody knows the knee when a ladder is laid.
 */
export function coverageOf(target: KnownTarget, runs: number, firstSeed: number): Coverage {
  let [covered, above, below] = [0, 0, 0];
  const widths: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const top = 2 * target.knee * (0.85 + 0.3 * ((run * GOLDEN_RATIO) % 1));
    const users = Array.from({ length: RUNGS }, (_, rung) => Math.round((top * (rung + 1)) / RUNGS));
    const rungs = target.climb(users, RUNG_SECONDS, firstSeed + run);
    const bracket = findKnee({ rungs, idleMs: target.idleMs, busiestDatabase: null })?.virtualUsersBracket;
    if (!bracket) continue;
    const high = bracket.high ?? Number.POSITIVE_INFINITY;
    if (bracket.low > target.knee) above += 1;
    else if (high < target.knee) below += 1;
    else covered += 1;
    if (bracket.high !== null) widths.push((high - bracket.low) / target.knee);
  }
  return { runs, covered, above, below, width: widths.reduce((a, b) => a + b, 0) / widths.length };
}
