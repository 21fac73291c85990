import { expect, test } from 'vitest';
import { decide, type Outcome } from '../../reports/index.ts';
import { mergeSamples, type Surroundings } from '../generator/index.ts';
import { Scenario } from '../scenarios/index.ts';
import { clean } from '../testing/clean-evidence.ts';
import { scenarios } from '../testing/scenarios.ts';
import { type Disturbance, simulatedSamples } from '../testing/simulated-run.ts';
import {
  answersWithin,
  from,
  hangs,
  healthy,
  refuses,
  type SimulatedTarget,
  sometimes,
  stalls,
} from '../testing/simulated-targets.ts';
import { signalsOf } from './signals.ts';

/**
 * What an experienced on-call engineer would say of a run, written down before the rules that must say the same. The
 * engineer asks what people at work would have noticed: not whether a figure moved.
 */
const office = Scenario.parse({
  ...scenarios.smoke,
  virtualUsers: 60,
  minimumSamples: 20,
  phases: [
    { name: 'ramp', seconds: 3, share: 1, counts: false },
    { name: 'settle', seconds: 3, share: 1, counts: false },
    { name: 'hold', seconds: 40, share: 1, counts: true },
  ],
});
const END_SECONDS = 46;
const open = Scenario.parse({ ...office, model: 'open' });
const soak = Scenario.parse({
  ...office,
  virtualUsers: 6,
  thinkTimeMedianMs: 1500,
  phases: [
    { name: 'ramp', seconds: 3, share: 1, counts: false },
    { name: 'hold', seconds: 1_800, share: 1, counts: true },
  ],
});

interface Situation {
  readonly name: string;
  readonly answer: Outcome;
  /** In the engineer's words. */
  readonly because: string;
  /** The signal that must decide; `none` when everything holds. */
  readonly by: RegExp;
  readonly scenario?: Scenario;
  readonly target: SimulatedTarget;
  readonly generator?: Disturbance;
  readonly surroundings?: Partial<Surroundings>;
}

const NONE = /^none$/;
const answers500: SimulatedTarget = () => ({ answerMs: 10, failed: 'status' });
const after =
  (answerMs: number): SimulatedTarget =>
  () => ({ answerMs });
/** Another behaviour for some of the requests. */
const where =
  (
    isAffected: (request: Parameters<SimulatedTarget>[0]) => boolean,
    then: SimulatedTarget,
  ): SimulatedTarget =>
  (request) =>
    (isAffected(request) ? then : healthy)(request);
/** The request with this number, from 0, goes otherwise. */
const once = (number: number, then: SimulatedTarget): SimulatedTarget => {
  let seen = -1;
  return where(() => {
    seen += 1;
    return seen === number;
  }, then);
};

const situations: readonly Situation[] = [
  {
    name: 'healthy, a little slow now and then',
    answer: 'PASS',
    because: 'Nobody noticed anything.',
    by: NONE,
    target: sometimes(0.02, answersWithin(150)),
  },
  {
    name: 'the last 8 s hang',
    answer: 'FAIL',
    because:
      'The target stopped answering and never came back: this is an outage that began 8 s before the end.',
    by: /^(failure-rate|failures-|longest-stall)/,
    target: from(END_SECONDS - 8, hangs),
  },
  {
    name: 'the last 8 s hang, on a schedule',
    answer: 'FAIL',
    because: 'As before: how the load is made does not matter.',
    by: /^(failure-rate|unstarted-requests|longest-stall)/,
    scenario: open,
    target: from(END_SECONDS - 8, hangs),
  },
  {
    name: 'one request in 300 hangs for 30 s',
    answer: 'FAIL',
    because: 'Three in a thousand give up after half a minute: three times what the error budget allows.',
    by: /^failure-rate/,
    target: sometimes(0.003, hangs),
  },
  {
    name: 'the last 8 s hang at one PoP',
    answer: 'FAIL',
    because: 'A third of the people had no answer when the run ended.',
    by: /^failure-rate/,
    target: where(({ pop, atSeconds }) => pop === 'EDI' && atSeconds > END_SECONDS - 8, hangs),
  },
  {
    name: 'a freeze of 3 s, and then everything is answered',
    answer: 'FAIL',
    because: 'Everybody sat and waited: that is a page, even if nothing was lost.',
    by: /^(p9|longest-stall)/,
    target: stalls(20, 23),
  },
  {
    name: 'a stall of 1 s of everything, once',
    answer: 'PASS',
    because: 'A deployment or a failover looks like this; nobody calls for one second.',
    by: NONE,
    target: stalls(20, 21),
  },
  {
    name: '4.5 % of the requests take 29 s',
    answer: 'FAIL',
    because: 'One click in twenty-two takes half a minute: people telephone.',
    by: /^p9/,
    target: sometimes(0.045, after(29_000)),
  },
  {
    name: '2.5 % of the new notes answer 500',
    answer: 'FAIL',
    because: 'Something is wrong with that operation, whatever the average of all of them says.',
    by: /^fail/,
    target: where(({ operation, uniform }) => operation === 'add-note' && uniform() < 0.025, answers500),
  },
  {
    name: 'one PoP refuses connections',
    answer: 'FAIL',
    because: 'A region is down.',
    by: /^failure-rate/,
    target: where(({ pop }) => pop === 'MAN', refuses),
  },
  {
    name: 'one operation is slow, all others are fast',
    answer: 'FAIL',
    because: 'Searching is what people do all day.',
    by: /^p95-search-clients/,
    target: where(({ operation }) => operation === 'search-clients', after(400)),
  },
  {
    name: 'one edit in thirty takes 5 s',
    answer: 'FAIL',
    because: 'The p95 hides it, those who edit do not.',
    by: /^p99-edit-client/,
    target: where(({ operation, uniform }) => operation === 'edit-client' && uniform() < 1 / 30, after(5000)),
  },
  {
    name: 'a tiny p95, and 2 % of everything at 2.5 s',
    answer: 'FAIL',
    because: 'With five clicks for each task, one task in ten stumbles.',
    by: /^p99/,
    target: sometimes(0.02, after(2500)),
  },
  {
    name: 'a single request takes 8 s',
    answer: 'PASS',
    because: 'One request in six thousand is an anecdote.',
    by: NONE,
    target: once(3000, after(8000)),
  },
  {
    name: 'errors during the ramp only',
    answer: 'FAIL',
    because: 'Those who came in the morning met errors: that is when it has to work.',
    by: /^fail/,
    target: where(({ atSeconds, uniform }) => atSeconds < 3 && uniform() < 0.1, answers500),
  },
  {
    name: 'slow in the first seconds only',
    answer: 'PASS',
    because: 'A cold start during the warm-up, which is what the warm-up is for.',
    by: NONE,
    target: where(({ atSeconds }) => atSeconds < 3, after(900)),
  },
  {
    name: 'a third of those who come cannot sign in',
    answer: 'FAIL',
    because: 'New people cannot start to work, while those who are in are happy.',
    by: /^fail/,
    target: where(
      ({ operation, user, atSeconds }) => operation === 'sign-in' && user % 3 === 0 && atSeconds < 6,
      answers500,
    ),
  },
  {
    name: 'a single sign-in fails',
    answer: 'PASS',
    because: 'One try in hundreds: the person tries again.',
    by: NONE,
    target: once(5, answers500),
  },
  {
    name: 'a single request fails among thousands',
    answer: 'PASS',
    because: 'Within the error budget, and no pattern.',
    by: NONE,
    target: once(4000, answers500),
  },
  {
    name: 'one user in sixty fails always',
    answer: 'FAIL',
    because: 'Sixteen in a thousand requests fail, and somebody cannot work at all.',
    by: /^failure-rate/,
    target: where(({ user }) => user === 7, answers500),
  },
  {
    name: 'half a second of 503 with Retry-After, every 10 s',
    answer: 'FAIL',
    because: 'Shedding load is polite, and still one answer in twenty that people did not get.',
    by: /^failure-rate/,
    target: where(({ atSeconds }) => atSeconds % 10 < 0.5, answers500),
  },
  {
    name: 'dead for the last 2 s',
    answer: 'FAIL',
    because: 'It was down when the run ended.',
    by: /^failure-rate/,
    target: from(END_SECONDS - 2, refuses),
  },
  {
    name: 'half of the requests hang from the middle on',
    answer: 'FAIL',
    because: 'An outage of one of two instances.',
    by: /^failure-rate/,
    target: where(({ atSeconds, uniform }) => atSeconds > 25 && uniform() < 0.5, hangs),
  },
  {
    name: 'slower by the second, within the objectives',
    answer: 'PASS',
    because: 'Half a minute cannot tell warming up from drifting: that is what a soak is for.',
    by: NONE,
    target: ({ atSeconds }) => ({ answerMs: 10 + atSeconds }),
  },
  {
    name: 'slower by the minute over half an hour',
    answer: 'FAIL',
    because: 'At this slope it is unusable before the day is over.',
    by: /^drift-p95/,
    scenario: soak,
    target: ({ atSeconds, uniform }) => ({ answerMs: 20 + atSeconds / 30 + 10 * uniform() }),
  },
  {
    name: 'nothing was asked at all',
    answer: 'VOID',
    because: 'No request, no statement.',
    by: /./,
    target: healthy,
    generator: { line: (line) => (line.includes('"vus') ? line : undefined) },
  },
  {
    name: 'everything waits because the machine was full',
    answer: 'VOID',
    because: 'I cannot tell the target from my own machine.',
    by: /^machine-cpu/,
    target: stalls(20, 23),
    surroundings: { machineFullPercent: 60 },
  },
];

test.each(situations)('$name: $answer, because $because', (situation) => {
  const { answer, by, scenario = office, target, generator = {}, surroundings } = situation;
  const aggregate = mergeSamples(scenario, [simulatedSamples(scenario, target, generator)]);

  const verdict = decide(
    signalsOf({ ...clean, scenario, aggregate, surroundings: { ...clean.surroundings, ...surroundings } }),
  );

  expect(verdict, verdict.reason).toMatchObject({ outcome: answer, signal: expect.stringMatching(by) });
});
