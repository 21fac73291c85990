import { type ClosedSystem, climb, idleMsOf, trueKnee } from './closed-system.testing.ts';
import { type ContendedSystem, climbContended } from './contended-system.testing.ts';
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

const closed = (name: string, system: ClosedSystem): KnownTarget => ({
  name,
  knee: trueKnee(system).virtualUsers,
  idleMs: idleMsOf(system),
  climb: (...rest) => climb(system, ...rest),
});

/** Its throughput tends to lambda / sigma: the knee is the crossing of that and of the demand of users who never wait. */
const contended = (name: string, system: ContendedSystem): KnownTarget => ({
  name,
  knee: (system.lambda / system.sigma) * (system.thinkSeconds + 1 / system.lambda),
  idleMs: 1000 * system.thinkSeconds,
  climb: (...rest) => climbContended(system, ...rest),
});

export const KNOWN_TARGETS: readonly KnownTarget[] = [
  closed('one database', { ...think, stations: [{ meanServiceMs: 10, sigma: 0.8 }] }),
  closed('a Worker, a database and a second one', {
    ...think,
    stations: [
      { meanServiceMs: 2, sigma: 0.5 },
      { meanServiceMs: 10, sigma: 0.8 },
      { meanServiceMs: 6, sigma: 0.5 },
    ],
  }),
  closed('a machine of uneven speed', {
    ...think,
    stations: [{ meanServiceMs: 10, sigma: 0.8 }],
    drift: { sigma: 0.05, memory: 0.5 },
  }),
  contended('a contended server', { thinkSeconds: 10, lambda: 50, sigma: 0.5, kappa: 0 }),
];

const RUNG_SECONDS = 40;
const RUNGS = [0.1, 0.5, 0.9, 1.3, 1.6, 2];
const GOLDEN_RATIO = 0.618_033_988_75;

export interface Coverage {
  readonly runs: number;
  readonly covered: number;
  /** Runs whose interval lies wholly above the truth, and wholly below it. */
  readonly above: number;
  readonly below: number;
}

/**
 * How often the interval of the knee holds the truth. Each run has a seed of its own and a ladder of its own, up to 15 %
 * lower or higher, as nobody knows the knee when a ladder is laid.
 */
export function coverageOf(target: KnownTarget, runs: number, firstSeed: number): Coverage {
  let [covered, above, below] = [0, 0, 0];
  for (let run = 0; run < runs; run += 1) {
    const height = target.knee * (0.85 + 0.3 * ((run * GOLDEN_RATIO) % 1));
    const users = RUNGS.map((share) => Math.round(share * height));
    const rungs = target.climb(users, RUNG_SECONDS, firstSeed + run);
    const knee = findKnee({ rungs, idleMs: target.idleMs, busiestDatabase: null, seed: firstSeed + run });
    const interval = knee?.virtualUsersInterval ?? { low: Number.NaN, high: Number.NaN };
    if (interval.low > target.knee) above += 1;
    else if (interval.high < target.knee) below += 1;
    else if (knee?.state === 'found') covered += 1;
  }
  return { runs, covered, above, below };
}
