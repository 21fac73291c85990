import { z } from 'zod';
import { STANDARD } from '../../fixtures/index.ts';
import {
  Journey,
  Objective,
  type Objectives,
  OperationObjective,
  operationsOf,
  POPS,
  PROMISE_NAMES,
  type PromiseName,
} from '../../reference-worker/target/index.ts';
import { Phase } from '../../reports/schema/index.ts';
import { openShape, SAFETY_COUNTERS, type SafetyCounter } from '../k6/index.ts';

const Share = z.number().min(0).max(1);
/** More ask more of k6 than one machine has. */
export const USERS_MAX = 20_000;
/** Slower yet, and a ladder takes hours. */
export const SLOW_MOTION_MAX = 16;
const ABOUT_ONE = 1e-9;

/** Everything that shapes a run: a scenario's shape, and the journey and the objectives of a system. */
export const Scenario = z
  .strictObject({
    name: z.string(),
    /** What the scenario answers, in a sentence: the report shows it. */
    why: z.string().min(1),
    /** closed: a user waits for its answer and then thinks. open: requests start on schedule, whatever came back. */
    model: z.enum(['closed', 'open']),
    /** closed: the users at share 1. open: the users that take turns at the requests, and the ceiling on them. */
    virtualUsers: z.int().min(1).max(USERS_MAX),
    /** A ladder, whose own users are impatient: how many people with the pace of the journey it must sustain. */
    peopleAtWork: z.int().positive().optional(),
    phases: z.array(Phase).min(1),
    /**
     * How many times as slow as in production the users and all that is modelled run. All other times here, and all that was
     * measured, are production's.
     */
    slowMotion: z.int().min(1).max(SLOW_MOTION_MAX).default(1),
    seed: z.int().nonnegative(),
    sizeBytes: z.int().min(1e6).max(10e9),
    thinkTimeMedianMs: z.number().positive(),
    thinkTimeSigma: z.number().positive(),
    zipfExponent: z.number().positive(),
    popShares: z
      .record(z.enum(POPS), Share)
      .refine((shares) => Math.abs(Object.values(shares).reduce((a, b) => a + b, 0) - 1) < ABOUT_ONE, {
        error: 'the shares of the PoPs must add up to 1',
      }),
    journey: Journey,
    /** What the system promises, and is judged by. */
    promises: z.array(z.enum(PROMISE_NAMES)),
    /** Of each operation of the journey, in its order. */
    objectives: z.record(z.string(), OperationObjective),
    /** For all requests together. */
    totalObjective: Objective,
    /** The largest share of requests that may fail. */
    failureBudget: Share,
    /** How long the target may leave everybody waiting without a single answer. */
    longestStallMs: z.number().positive(),
    /** Of a load of visitors: so many accounts share the shard, each with so many documents of each resource. */
    accounts: z.strictObject({ count: z.int().min(1).max(20_000), documents: z.int().min(1) }).optional(),
    /** How many rows a request of any operation may read on average; anything goes where nothing is said. */
    maxRowsPerOperation: z.int().positive().optional(),
    /** Below this many samples an operation's p95 is not judged. */
    minimumSamples: z.int().positive(),
    /** Whether what it measures is a capacity: whether months and bills follow from it. */
    showsCapacity: z.boolean().default(true),
  })
  .refine(({ phases }) => new Set(phases.map(({ name }) => name)).size === phases.length, {
    path: ['phases'],
    error: 'each phase needs a name of its own',
  })
  .refine(({ phases }) => phases.some(({ counts }) => counts), {
    path: ['phases'],
    error: 'at least one phase must count',
  })
  .refine(({ model, phases }) => model === 'closed' || countsAtSteadyRate(phases), {
    path: ['phases'],
    error:
      'in the open model a phase that counts must hold the rate of the one before it, to the end of the run',
  });
export type Scenario = z.infer<typeof Scenario>;

/** What a system says of the people who work with it. */
export interface Described {
  readonly journey: Journey;
  readonly objectives: Objectives;
  readonly promises: readonly PromiseName[];
}

/** What a scenario says itself: how many users come when. What they do, and what that is held to, the system says. */
export type ScenarioShape = Readonly<
  Pick<
    Scenario,
    'name' | 'why' | 'model' | 'virtualUsers' | 'seed' | 'sizeBytes' | 'phases' | 'minimumSamples'
  > &
    // `thinkTimeMedianMs`: in a hurry; the journey's own unless told otherwise.
    Partial<Pick<Scenario, 'peopleAtWork' | 'thinkTimeMedianMs' | 'showsCapacity' | 'accounts'>>
>;

/** Of an account of full size, and all the people in it. */
export const atFullSize = {
  virtualUsers: STANDARD.users,
  sizeBytes: STANDARD.sizeBytes,
  seed: STANDARD.seed,
  // A p95 stands on its five slowest samples in a hundred; fewer say little.
  minimumSamples: 100,
} as const;

/** @throws ZodError for a value outside its range; Error for an operation of the journey without an objective, or the other way round */
export function scenarioOf(shape: ScenarioShape, { journey, objectives, promises }: Described): Scenario {
  const { operations, total, failureBudget, longestStallMs } = objectives;
  const names = [...operationsOf(journey).keys()];
  const unmatched = [
    ...names.filter((name) => !operations[name]),
    ...Object.keys(operations).filter((name) => !names.includes(name)),
  ];
  if (unmatched.length > 0)
    throw new Error(
      `bad_system: ${unmatched.join(', ')}: each operation of the journey needs an objective, and each objective an operation.`,
    );
  return Scenario.parse({
    thinkTimeMedianMs: journey.thinkTime.medianMs,
    ...shape,
    journey,
    promises,
    thinkTimeSigma: journey.thinkTime.sigma,
    zipfExponent: journey.zipfExponent,
    popShares: { ...nobody, ...journey.popShares },
    objectives: Object.fromEntries(names.map((name) => [name, operations[name]])),
    totalObjective: total,
    ...{ failureBudget, longestStallMs },
  });
}

const nobody = Object.fromEntries(POPS.map((pop) => [pop, 0]));

export interface OperationOfRun {
  readonly name: string;
  readonly kind: 'read' | 'write';
  readonly objective: OperationObjective;
}

/** What is asked for, in the order of the journey. */
export function operationsIn({
  journey,
  objectives,
}: Pick<Scenario, 'journey' | 'objectives'>): OperationOfRun[] {
  return [...operationsOf(journey)].flatMap(([name, kind]) => {
    const objective = objectives[name];
    return objective ? [{ name, kind, objective }] : [];
  });
}

/** The mean think time of people with the pace of the journey, whatever the scenario's own users are. */
export const peopleThinkMs = ({ journey: { thinkTime } }: Pick<Scenario, 'journey'>): number =>
  meanThinkTimeMs({ thinkTimeMedianMs: thinkTime.medianMs, thinkTimeSigma: thinkTime.sigma });

/** What so many of them ask for. @returns requests per second */
export const askedByPeople = (scenario: Pick<Scenario, 'journey'>, people: number): number =>
  (people * 1000) / peopleThinkMs(scenario);

/** Only at a constant rate does k6 tell each request's intended start (k6/open-model.ts). */
const countsAtSteadyRate = (phases: readonly Phase[]): boolean =>
  openShape(phases).leadIn.every(({ counts }) => !counts);

type ThinkTime = Pick<Scenario, 'thinkTimeMedianMs' | 'thinkTimeSigma'>;

/** The mean of the log-normal think time, in milliseconds. */
export const meanThinkTimeMs = ({ thinkTimeMedianMs, thinkTimeSigma }: ThinkTime): number =>
  thinkTimeMedianMs * Math.exp(thinkTimeSigma ** 2 / 2);

/**
 * What the users at share 1 ask for together when answers take no time: each makes one request in each think time.
 *
 * @returns requests per second
 */
export const offeredPerSecond = (scenario: Pick<Scenario, 'virtualUsers'> & ThinkTime): number =>
  (scenario.virtualUsers * 1000) / meanThinkTimeMs(scenario);

/** From the first user to the end of the last phase. */
export const durationSecondsOf = ({ phases }: Pick<ScenarioShape, 'phases'>): number =>
  phases.reduce((sum, { seconds }) => sum + seconds, 0);

/** What of answers is judged only where the system promises it, by what counts a breach. */
const PROMISED: Readonly<Partial<Record<SafetyCounter, PromiseName>>> = {
  stale_reads: 'sessions',
  cacheable_responses: 'never-stored',
};

/** The breaches that a run is judged by: what a system does not promise could not be broken (rule of evidence 9). */
export const judgedCounters = ({ promises }: Pick<Scenario, 'promises'>): SafetyCounter[] =>
  SAFETY_COUNTERS.filter((name) => {
    const promise = PROMISED[name];
    return promise === undefined || promises.includes(promise);
  });
