import type { Scenario as Executor, Options } from 'k6/options';
import type { Phase } from '../reports/schema/index.ts';
import { openShape, requestsPerThinkTime } from './k6/open-model.ts';
import { OPERATIONS, type Plan, SAFETY_COUNTERS, TALLY } from './k6/plan.ts';
import { isLadder, meanThinkTimeMs, type Scenario } from './scenarios/index.ts';

const TIMEOUT = '30s';

/**
 * A scenario as options of k6, so that the script is a verdict of its own under plain `k6 run`.
 *
 * @param placement the deployment that answers: it tags every sample
 */
export function k6Options(scenario: Scenario, staff: Plan, placement: string): Options {
  const hostnameOf = (url: string): string => url.replace(/^https?:\/\//, '').replace(/[:/].*$/, '');
  return {
    scenarios: scenario.model === 'closed' ? closed(scenario) : open(scenario),
    thresholds: thresholdsOf(scenario),
    tags: { account: staff.account, placement },
    // The account's hostname is not in DNS, and every PoP of the local platform is on this machine.
    hosts: Object.fromEntries(Object.values(staff.baseUrls).map((url) => [hostnameOf(url), '127.0.0.1'])),
    systemTags: ['expected_response'],
    userAgent: 'shardproof-k6',
    // workerd closes a connection that a thinking user leaves idle, and Go does not repeat a POST that meets the
    // close; a browser would open another connection, too. Connecting is not part of http_req_duration.
    noConnectionReuse: true,
  };
}

function closed({ virtualUsers, phases }: Scenario): Record<string, Executor> {
  return {
    staff: {
      executor: 'ramping-vus',
      startVUs: 0,
      stages: phases.map(({ seconds, share }) => ({
        duration: `${seconds}s`,
        target: Math.round(share * virtualUsers),
      })),
      gracefulRampDown: '0s',
      gracefulStop: '1s',
    },
  };
}

function open(scenario: Scenario): Record<string, Executor> {
  const { virtualUsers, phases } = scenario;
  const { leadIn, plateau } = openShape(phases);
  const users = { preAllocatedVUs: virtualUsers, maxVUs: virtualUsers };
  const timeUnit = `${meanThinkTimeMs(scenario)}ms`;
  const seconds = (of: readonly Phase[]): number => of.reduce((sum, phase) => sum + phase.seconds, 0);
  return {
    leadIn: {
      executor: 'ramping-arrival-rate',
      exec: 'leadIn',
      startRate: 0,
      timeUnit,
      stages: leadIn.map((phase) => ({
        duration: `${phase.seconds}s`,
        target: requestsPerThinkTime(phase, virtualUsers),
      })),
      // Any longer, and k6 would make a second set of users for the plateau.
      gracefulStop: '0s',
      ...users,
    },
    plateau: {
      executor: 'constant-arrival-rate',
      exec: 'arrival',
      startTime: `${seconds(leadIn)}s`,
      duration: `${seconds(plateau)}s`,
      rate: requestsPerThinkTime(plateau.at(-1), virtualUsers),
      timeUnit,
      // The slowest answers come last: they are waited for.
      gracefulStop: TIMEOUT,
      ...users,
    },
  };
}

/**
 * The guarantees, and the objectives in each phase that counts. The runner judges by merged histograms instead, over
 * all these phases together.
 */
function thresholdsOf(scenario: Scenario): Record<string, string[]> {
  const { phases, objectives, totalObjective, failureBudget } = scenario;
  const safety = SAFETY_COUNTERS.map((name) => [`${TALLY}{of:${name}}`, ['count==0']]);
  // A ladder breaks its objectives by design, beyond the knee.
  const judged = isLadder(scenario) ? [] : phases.filter(({ counts }) => counts);
  const ofPhase = judged.flatMap(({ name: phase }) => [
    ...OPERATIONS.map((op) => [`answer_time{op:${op},phase:${phase}}`, [`p(95)<=${objectives[op].p95Ms}`]]),
    [`answer_time{phase:${phase}}`, [`p(95)<=${totalObjective.p95Ms}`]],
    [`http_req_failed{phase:${phase}}`, [`rate<=${failureBudget}`]],
  ]);
  return Object.fromEntries([...safety, ...ofPhase]);
}
