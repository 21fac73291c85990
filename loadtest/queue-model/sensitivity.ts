import type { Distribution } from '../../reference-worker/target/index.ts';
import { type LatencyProfile, sourcedNumbers } from '../../reference-worker/target/index.ts';
import type { NumbersOfBasis, Sensitivity, SensitivityOutcome } from '../../reports/schema/index.ts';
import { isLadder, operationsIn, type Scenario } from '../scenarios/index.ts';
import type { ModelledRun } from './modelled-run.ts';
import { type ModelledAnswers, type Simulation, simulate } from './simulate.ts';

/** A number of the profile that the queue model knows, or several that stand and fall together. */
interface Assumption {
  readonly path: string;
  readonly title: string;
  /** Whether the run has such a thing at all. */
  readonly applies: (simulation: ModelledRun['simulation']) => boolean;
  readonly scaled: (profile: LatencyProfile, factor: number) => LatencyProfile;
  readonly value: (profile: LatencyProfile) => string;
}

/** The knee is looked for up to as many times the ladder's own users, and to a few percent. */
const [KNEE_FURTHEST, KNEE_STEPS] = [4, 7];

const scaledDuration = (duration: Distribution, factor: number): Distribution =>
  typeof duration === 'number'
    ? duration * factor
    : {
        min: duration.min * factor,
        p50: duration.p50 * factor,
        p95: duration.p95 * factor,
        p99: duration.p99 * factor,
      };

const durationText = (duration: Distribution | undefined): string =>
  duration === undefined
    ? ''
    : typeof duration === 'number'
      ? `${duration} ms`
      : `${duration.p50} ms, p95 ${duration.p95} ms`;

const withD1 = (profile: LatencyProfile, d1: Partial<LatencyProfile['d1']>): LatencyProfile => ({
  ...profile,
  d1: { ...profile.d1, ...d1 },
});

const mapped = <Value>(values: Readonly<Record<string, Value>>, change: (value: Value) => Value) =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]));

const always = (): boolean => true;
const withReplicas = ({ hasReplicas }: ModelledRun['simulation']): boolean => hasReplicas;

const ASSUMPTIONS: readonly Assumption[] = [
  {
    path: 'd1.readServiceMs',
    title: 'Service time of a read',
    applies: always,
    scaled: (p, factor) => withD1(p, { readServiceMs: scaledDuration(p.d1.readServiceMs, factor) }),
    value: ({ d1 }) => durationText(d1.readServiceMs),
  },
  {
    path: 'd1.writeServiceMs',
    title: 'Service time of a write',
    applies: always,
    scaled: (p, factor) => withD1(p, { writeServiceMs: scaledDuration(p.d1.writeServiceMs, factor) }),
    value: ({ d1 }) => durationText(d1.writeServiceMs),
  },
  {
    path: 'd1.queueLimit',
    title: 'Requests that may wait for a database',
    applies: always,
    scaled: (p, factor) => withD1(p, { queueLimit: Math.max(1, Math.round(p.d1.queueLimit * factor)) }),
    value: ({ d1 }) => String(d1.queueLimit),
  },
  {
    path: 'd1.queueWaitMs',
    title: 'How long they may wait',
    applies: always,
    scaled: (p, factor) => withD1(p, { queueWaitMs: p.d1.queueWaitMs * factor }),
    value: ({ d1 }) => `${d1.queueWaitMs} ms`,
  },
  {
    path: 'd1.roundTripMs',
    title: 'Round trip from a PoP to a database',
    applies: always,
    scaled: (p, factor) =>
      withD1(p, {
        roundTripMs: mapped(p.d1.roundTripMs, (regions) =>
          mapped(regions as Record<string, Distribution>, (each) => scaledDuration(each, factor)),
        ) as LatencyProfile['d1']['roundTripMs'], // the same PoPs and regions
      }),
    value: ({ d1 }) => `${durationText(d1.roundTripMs.LHR[d1.primary.region])} from LHR to the primary`,
  },
  {
    path: 'd1.forwardingMs',
    title: 'From a replica to the primary and back',
    applies: withReplicas,
    scaled: (p, factor) =>
      withD1(p, {
        forwardingMs: mapped(p.d1.forwardingMs as Record<string, Distribution>, (each) =>
          scaledDuration(each, factor),
        ),
      }),
    value: ({ d1 }) =>
      Object.entries(d1.forwardingMs)
        .map(([to, ms]) => `${to} ${durationText(ms)}`)
        .join(', '),
  },
  {
    path: 'kv.cachedReadMs',
    title: 'Read of KV from the cache of a PoP',
    applies: ({ demand }) => demand.cachedKeys > 0,
    scaled: (p, factor) => ({
      ...p,
      kv: { ...p.kv, cachedReadMs: scaledDuration(p.kv.cachedReadMs, factor) },
    }),
    value: ({ kv }) => durationText(kv.cachedReadMs),
  },
  {
    path: 'kv.centralReadMs',
    title: 'Read of KV from the central store',
    applies: ({ demand }) => demand.centralKeys > 0,
    scaled: (p, factor) => ({
      ...p,
      kv: { ...p.kv, centralReadMs: scaledDuration(p.kv.centralReadMs, factor) },
    }),
    value: ({ kv }) => durationText(kv.centralReadMs),
  },
];

/**
 * What becomes of the objectives, and of a ladder's knee, when a number of the profile is half or twice what it is: the queue
 * model runs again, at the mix and demand that the run measured. No real run is repeated, and the Worker and the machine take no
 * time in it: rows are to be compared with the first one, not with the run.
 *
 * @param modelled of the run
 * @param askedPerSecond of a ladder: what it must sustain
 */
export function sensitivityOf(
  { simulation }: ModelledRun,
  scenario: Scenario,
  askedPerSecond: number,
): Sensitivity {
  const outcome = (profile: LatencyProfile, change: Partial<Simulation> = {}): SensitivityOutcome =>
    outcomeOf({ ...simulation, ...change, profile }, scenario, askedPerSecond);
  const { profile, hasReplicas } = simulation;
  const rows: Sensitivity['rows'] = [];
  for (const each of ASSUMPTIONS.filter(({ applies }) => applies(simulation)))
    rows.push({
      ...{
        path: each.path,
        title: each.title,
        value: each.value(profile),
        basis: basisOf(profile, each.path),
      },
      half: outcome(each.scaled(profile, 0.5)),
      twice: outcome(each.scaled(profile, 2)),
    });
  if (hasReplicas)
    rows.push({
      ...{ path: 'd1.nearest', title: 'Share of the reads that reach the primary' },
      value: `${(100 * primaryShare(simulation)).toFixed(0)} %`,
      basis: basisOf(profile, 'd1.nearest'),
      half: outcome(profile, { demand: withPrimaryShare(simulation, 0.5) }),
      twice: outcome(profile, { demand: withPrimaryShare(simulation, 2) }),
    });
  return {
    asItIs: outcome(profile),
    rows,
    notVaried: notVaried(
      profile,
      rows.map(({ path }) => path),
    ),
    bases: basesOf(profile),
  };
}

/** The weakest of the sources of the numbers at a path. */
function basisOf(profile: LatencyProfile, path: string): string {
  const bases = sourcedNumbers(profile)
    .filter((number) => number.path === path || number.path.startsWith(`${path}.`))
    .map(({ source }) => source?.basis ?? 'assumption');
  return (
    ['assumption', 'measured', 'documented'].find((basis) => bases.some((each) => each === basis)) ??
    'assumption'
  );
}

/** Of every number of a profile where it comes from: measured first, assumed last. */
function basesOf(profile: LatencyProfile): NumbersOfBasis[] {
  const numbers = sourcedNumbers(profile).map(({ path, source }) => ({
    part: partOf(path),
    basis: source?.basis ?? 'assumption',
  }));
  return (['measured', 'documented', 'assumption'] as const).flatMap((basis) => {
    const parts = [...Map.groupBy(numbers, ({ part }) => part)]
      .map(([path, of]) => ({ path, count: of.filter((each) => each.basis === basis).length, of: of.length }))
      .filter(({ count }) => count > 0);
    return parts.length === 0 ? [] : [{ basis, parts }];
  });
}

const partOf = (path: string): string => path.split('.').slice(0, 2).join('.');

/** Assumptions about D1 that the queue model does not have: they are named, so that nobody takes them for varied. */
function notVaried(profile: LatencyProfile, varied: readonly string[]): string[] {
  const assumed = sourcedNumbers(profile)
    .filter(({ path, source }) => path.startsWith('d1.') && (source?.basis ?? 'assumption') === 'assumption')
    .map(({ path }) => partOf(path));
  return [...new Set(assumed)].filter((path) => !varied.includes(path));
}

const readsOf = ({ demand }: ModelledRun['simulation'], isPrimary: boolean): number =>
  demand.instances
    .filter(({ instance }) => (instance === 'primary') === isPrimary)
    .reduce((sum, { reads }) => sum + reads, 0);

const primaryShare = (simulation: ModelledRun['simulation']): number =>
  readsOf(simulation, true) /
  Math.max(Number.MIN_VALUE, readsOf(simulation, true) + readsOf(simulation, false));

/** The same reads, others of them at the primary. */
function withPrimaryShare(simulation: ModelledRun['simulation'], factor: number): Simulation['demand'] {
  const share = primaryShare(simulation);
  const wanted = Math.min(1, share * factor);
  const scale = (instance: string): number =>
    instance === 'primary'
      ? wanted / Math.max(Number.MIN_VALUE, share)
      : (1 - wanted) / Math.max(Number.MIN_VALUE, 1 - share);
  return {
    ...simulation.demand,
    instances: simulation.demand.instances.map((each) => ({
      ...each,
      reads: each.reads * scale(each.instance),
    })),
  };
}

function outcomeOf(simulation: Simulation, scenario: Scenario, askedPerSecond: number): SensitivityOutcome {
  if (!isLadder(scenario)) {
    const answers = simulate(simulation);
    const missed = missedBy(answers, scenario);
    return {
      holds: missed.length === 0,
      missed,
      p95Ms: answers.p95Ms,
      requestsPerSecond: answers.requestsPerSecond,
    };
  }
  const at = (virtualUsers: number): ModelledAnswers =>
    simulate({ ...simulation, load: { ...simulation.load, virtualUsers } });
  let [low, high] = [1, KNEE_FURTHEST * scenario.virtualUsers];
  let [best, missed] = [at(low), [] as readonly string[]];
  for (let step = 0; step < KNEE_STEPS && high > low * 1.02; step += 1) {
    // Both an end far off and one nearby are met in a few steps.
    const middle = Math.round(low === 1 ? high / 2 : (low + high) / 2);
    const answers = at(middle);
    const misses = missedBy(answers, scenario);
    if (misses.length === 0) [low, best] = [middle, answers];
    else [high, missed] = [middle, misses];
  }
  return {
    holds: best.requestsPerSecond >= askedPerSecond,
    missed: [...missed],
    p95Ms: best.p95Ms,
    requestsPerSecond: best.requestsPerSecond,
  };
}

/** The objectives that such answers miss, in words. */
export function missedBy(answers: ModelledAnswers, scenario: Scenario): string[] {
  const { totalObjective, failureBudget } = scenario;
  return [
    ...(answers.failureShare > failureBudget ? ['the error budget'] : []),
    ...operationsIn(scenario).flatMap(({ name, objective }) =>
      (answers.p95MsByOperation.get(name) ?? 0) > objective.p95Ms ? [`p95 of ${name}`] : [],
    ),
    ...(answers.p95Ms > totalObjective.p95Ms ? ['p95 of all'] : []),
  ];
}
