import type { Knee, RunResult } from '../schema/index.ts';
import { phase, sampleLatency } from './sample-load.ts';
import { sampleResult } from './sample-result.ts';

const SCALABILITY = { lambda: 0.2318, sigma: 0, kappa: 3.1e-9, rSquared: 0.994 };
const RUNGS = [1000, 2000, 3000, 4000, 5000, 6000];
const GIVES_WAY_AT = 4600;

const throughput = (users: number): number => 0.2318 * Math.min(users, GIVES_WAY_AT);
const requestsIn = (seconds: number, users: number): number => Math.round(throughput(users) * seconds);

export const sampleKnee: Knee = {
  state: 'found',
  virtualUsers: 4593.4,
  virtualUsersBracket: { low: 4387.2, high: 4741.9 },
  requestsPerSecond: 1064.7,
  requestsPerSecondBracket: { low: 1017.1, high: 1099.3 },
  officeUsers: { virtualUsers: 19120, bracket: { low: 18265, high: 19741 }, meanThinkTimeMs: 17958 },
  scalability: SCALABILITY,
  rungs: RUNGS.map((virtualUsers) => ({
    virtualUsers,
    requestsPerSecond: throughput(virtualUsers) * (1 + 0.01 * Math.sin(virtualUsers)),
    meanMs: 4 + Math.max(0, virtualUsers - GIVES_WAY_AT) * 0.8,
    p95Ms: 12 + (virtualUsers / 1000) ** 2 + Math.max(0, virtualUsers - GIVES_WAY_AT) * 1.4,
    failureShare: virtualUsers > 5500 ? 0.004 : 0,
    warmUpSeconds: 5,
    usedSeconds: 25,
    withinObjectives: virtualUsers < GIVES_WAY_AT,
  })),
  limitedBy: 'the p95 of edit-client; the primary of shard-1 was 97 % busy',
  databaseBound: { database: 'shard-1', requestsPerSecond: 1121.4, agrees: true },
};

const climbName = (users: number): string => `climb-${users}`;
const rungName = (users: number): string => `rung-${users}`;

/** The ladder to the knee: the same run with rungs for phases. */
export function sampleLadder(overrides: Partial<RunResult> = {}): RunResult {
  const steady = sampleResult();
  return sampleResult({
    scenario: {
      ...steady.scenario,
      name: 'step',
      why: 'One rung after another until something gives way.',
      virtualUsers: 6000,
      phases: RUNGS.flatMap((users) => [
        { name: climbName(users), seconds: 10, share: users / 6000, counts: false },
        { name: rungName(users), seconds: 30, share: users / 6000, counts: true },
      ]),
    },
    phases: RUNGS.flatMap((users) => {
      const medianMs = users < GIVES_WAY_AT ? 3.6 : 240;
      return [
        phase(climbName(users), false, {
          seconds: 10,
          virtualUsers: users - 250,
          requests: requestsIn(10, users),
          medianMs,
        }),
        phase(rungName(users), true, {
          seconds: 30,
          virtualUsers: users,
          requests: requestsIn(30, users),
          medianMs,
        }),
      ];
    }),
    load: { ...steady.load, peakVirtualUsers: 6000, heldMs: 360_000 },
    knee: sampleKnee,
    ...overrides,
  });
}

/** The same load as arrivals on schedule; a stall shows from the intended start and hides from sending. */
export function sampleOpen(overrides: Partial<RunResult> = {}): RunResult {
  const steady = sampleResult();
  return sampleResult({
    scenario: { ...steady.scenario, name: 'peak-rate', model: 'open' },
    totalFromSending: sampleLatency(steady.total.count, 3.1),
    ...overrides,
  });
}
