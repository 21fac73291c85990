import type { Scenario as Executor, Options } from 'k6/options';
import type { Objective } from '../reference-worker/target/index.ts';
import type { Phase } from '../reports/schema/index.ts';
import { openShape, type Plan, requestsPerThinkTime, TALLY, VERIFIED } from './k6/index.ts';
import { isLadder, judgedCounters, meanThinkTimeMs, operationsIn, type Scenario } from './scenarios/index.ts';

/** A little longer than target.ts gives a request: every one that is under way at the end gets its answer or its timeout. */
const GRACEFUL_STOP = '31s';
/** The longest that machines wait for the moment at which all begin (START_AT_MS in k6/journey.ts). */
export const START_WAIT_MAX_SECONDS = 900;

/**
 * A scenario as options of k6, so that the script is a verdict of its own under plain `k6 run`.
 *
 * @param placement the deployment that answers: it tags every sample
 */
export function k6Options(scenario: Scenario, users: Plan, placement: string): Options {
  const hostnameOf = (url: string): string => url.replace(/^https?:\/\//, '').replace(/[:/].*$/, '');
  return {
    scenarios: scenario.model === 'closed' ? closed(scenario) : open(scenario),
    thresholds: thresholdsOf(scenario),
    tags: { account: users.account, placement },
    // The account's hostname is not in DNS, and every PoP of the local platform is on this machine.
    hosts: Object.fromEntries(Object.values(users.baseUrls).map((url) => [hostnameOf(url), '127.0.0.1'])),
    systemTags: ['expected_response'],
    userAgent: 'shardproof-k6',
    setupTimeout: `${START_WAIT_MAX_SECONDS + 60}s`,
    // workerd closes a connection that a thinking user leaves idle, and Go does not repeat a POST that meets the
    // close; a browser would open another connection, too. Connecting is not part of http_req_duration. This and the hosts
    // are for this machine: journey.ts leaves both out where a URL of the plan leads elsewhere.
    noConnectionReuse: true,
  };
}

function closed({ virtualUsers, phases }: Scenario): Record<string, Executor> {
  return {
    users: {
      executor: 'ramping-vus',
      startVUs: 0,
      stages: phases.map(({ seconds, share }) => ({
        duration: `${seconds}s`,
        target: Math.round(share * virtualUsers),
      })),
      gracefulRampDown: '0s',
      gracefulStop: GRACEFUL_STOP,
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
      gracefulStop: GRACEFUL_STOP,
      ...users,
    },
  };
}

/**
 * The guarantees, and the objectives in each phase that counts. The runner judges by merged histograms instead, over
 * all these phases together. At the end k6 judges metrics without a sample, too, as if all of them had been 0: so each
 * demands something that nothing at all cannot give.
 */
function thresholdsOf(scenario: Scenario): Record<string, string[]> {
  const { phases, totalObjective, failureBudget, minimumSamples } = scenario;
  const safety = judgedCounters(scenario).map((name) => [`${TALLY}{of:${name}}`, ['count==0']]);
  // A ladder breaks its objectives by design, beyond the knee.
  const judged = isLadder(scenario) ? [] : phases.filter(({ counts }) => counts);
  const ofPhase = judged.flatMap(({ name: phase }) => [
    ...operationsIn(scenario).map(({ name, objective }) => [
      `answer_time{op:${name},phase:${phase}}`,
      within(objective),
    ]),
    [`answer_time{phase:${phase}}`, within(totalObjective)],
    [`http_req_failed{phase:${phase}}`, [`rate<=${failureBudget}`]],
    // Of each k6 process alone, of which each may have a small part of the load.
    [`http_reqs{expected_response:true,phase:${phase}}`, [`count>=${minimumSamples}`]],
  ]);
  return Object.fromEntries([
    ...safety,
    [`${TALLY}{of:${VERIFIED}}`, [`count>=${minimumSamples}`]],
    ...ofPhase,
  ]);
}

const within = ({ p95Ms, p99Ms }: Objective): string[] => [`p(95)<=${p95Ms}`, `p(99)<=${p99Ms}`, 'max>0'];
