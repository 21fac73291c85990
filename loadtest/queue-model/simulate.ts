import { logNormalSampler } from '../../fixtures/generator/index.ts';
import type { Distribution, LatencyProfile, Region } from '../../reference-worker/target/index.ts';
import {
  type Chance,
  chanceOf,
  draw,
  nearestInstance,
  POPS,
  type Pop,
  ServiceQueue,
} from '../../reference-worker/target/index.ts';
import type { Demand, InstanceDemand } from './demand.ts';
import { EventClock } from './event-clock.ts';

/** Who asks for what. */
export interface ModelledLoad {
  readonly model: 'closed' | 'open';
  /** closed: at work. open: those who would offer the rate. */
  readonly virtualUsers: number;
  readonly thinkTimeMedianMs: number;
  readonly thinkTimeSigma: number;
  readonly popShares: Readonly<Record<Pop, number>>;
  readonly operations: readonly ModelledOperation[];
}

export interface ModelledOperation {
  readonly name: string;
  /** Whether it writes, besides what it reads. */
  readonly writes: boolean;
  /**
   * How many reads of the database it makes, each at the instance that serves the user's PoP; undefined: of each instance as many as
   * the demand has on average.
   */
  readonly reads?: number;
  /** How often it is chosen, against the others. */
  readonly weight: number;
}

/** What users of the model alone would see: a Worker, a machine and a network to the PoP that take no time. */
export interface ModelledAnswers {
  readonly requestsPerSecond: number;
  readonly failureShare: number;
  readonly meanMs: number;
  readonly p95Ms: number;
  readonly p95MsByOperation: ReadonlyMap<string, number>;
  /** For which share of the time the busiest instance serves somebody. */
  readonly busyShare: number;
}

export interface Simulation {
  readonly profile: LatencyProfile;
  /** Whether the databases have the profile's replicas. */
  readonly hasReplicas: boolean;
  readonly demand: Demand;
  readonly load: ModelledLoad;
  /** About how many requests are simulated, after a warm-up of a quarter of the time. */
  readonly requests: number;
  readonly seed: number;
}

/** Enough for a steady queue, and few enough for a slow one. */
const [SECONDS_MIN, SECONDS_MAX] = [3, 300];

/**
 * Lets users work against the queue model alone: the queues are those that the data plane serves databases with, in virtual
 * time, and the durations are drawn from the profile.
 *
 * A request makes its reads one after the other and then its writes, and after its answer those that nobody waits for. What the model does not have takes no time: the Worker
 * and its processor, SQL that is slower than modelled beyond the demand's factor, waits for a replica to catch up.
 */
export function simulate(simulation: Simulation): ModelledAnswers {
  const { load, requests, seed } = simulation;
  const clock = new EventClock();
  const chance = chanceOf(seed, 'queue-model');
  const think = logNormalSampler(load.thinkTimeMedianMs, load.thinkTimeSigma);
  const meanThinkMs = load.thinkTimeMedianMs * Math.exp(load.thinkTimeSigma ** 2 / 2);
  const perMs = load.virtualUsers / meanThinkMs;
  const seconds = Math.min(SECONDS_MAX, Math.max(SECONDS_MIN, requests / perMs / 1000));
  const [fromMs, endMs] = [(seconds * 1000) / 3, (seconds * 4000) / 3];
  const answers: Answer[] = [];
  const chooseOperation = chooser(load.operations.map((operation) => [operation, operation.weight] as const));
  const choosePop = chooser(POPS.map((pop) => [pop, load.popShares[pop]]));
  const queues = queuesOf(simulation, clock);
  const ask = requester(simulation, queues, clock, chance);
  const busyMs = (): number[] => [...queues.values()].map(({ usage }) => usage.busyMs);
  let busyBeforeMs: number[] = [];
  clock.at(fromMs, () => {
    busyBeforeMs = busyMs();
  });
  const once = (pop: Pop, then: () => void): void => {
    const operation = chooseOperation(chance);
    const sentMs = clock.now();
    ask(operation, pop, (failed) => {
      if (clock.now() >= fromMs)
        answers.push({ operation: operation.name, ms: clock.now() - sentMs, failed });
      then();
    });
  };
  if (load.model === 'closed') {
    for (let user = 0; user < load.virtualUsers; user += 1) {
      const pop = choosePop(chance);
      const work = (): void => once(pop, () => clock.at(clock.now() + think(chance), work));
      // A moment within a think time, as of somebody who has worked for long: a long one is met more often than a short one (the
      // inspection paradox), by as much as it is longer, which of a log-normal makes the same one times exp(sigma^2).
      clock.at(think(chance) * Math.exp(load.thinkTimeSigma ** 2) * chance(), work);
    }
  } else {
    const arrive = (): void => {
      once(choosePop(chance), () => undefined);
      clock.at(clock.now() + 1 / perMs, arrive);
    };
    arrive();
  }
  clock.runUntil(endMs);
  const shares = busyMs().map((ms, at) => (ms - (busyBeforeMs[at] ?? 0)) / (endMs - fromMs));
  return { ...summaryOf(answers, (endMs - fromMs) / 1000), busyShare: Math.max(0, ...shares) };
}

interface Answer {
  readonly operation: string;
  readonly ms: number;
  readonly failed: boolean;
}

/** The databases' own queues, those that the data plane serves them with. */
function queuesOf(
  { profile, hasReplicas, demand }: Simulation,
  clock: EventClock,
): Map<InstanceDemand, ServiceQueue> {
  const d1 = d1ProfileOf(profile, hasReplicas);
  return new Map(demand.instances.map((each) => [each, new ServiceQueue(clock, d1)]));
}

const d1ProfileOf = ({ d1 }: LatencyProfile, hasReplicas: boolean): LatencyProfile['d1'] =>
  hasReplicas ? d1 : { ...d1, replicas: [] };

/** Does something, and then goes on with one of the two. */
type Call = (then: () => void, fail: () => void) => void;

const nothing = (): void => undefined;

/** @returns asks D1 and KV for what one request needs, and calls back when the last of it is there or something failed */
function requester(
  { profile, hasReplicas, demand }: Simulation,
  queues: ReadonlyMap<InstanceDemand, ServiceQueue>,
  clock: EventClock,
  chance: Chance,
) {
  const d1 = d1ProfileOf(profile, hasReplicas);
  const after = (ms: number, then: () => void): void => {
    if (ms > 0) clock.at(clock.now() + ms, then);
    else then();
  };
  const travelMs = (pop: Pop, { instance }: InstanceDemand, isWrite: boolean): number => {
    const via: Region | undefined = isWrite ? nearestInstance(d1, pop, chance) : regionOf(instance);
    const toMs = draw(d1.roundTripMs[pop][via ?? d1.primary.region] ?? 0, chance);
    return isWrite && via ? toMs + draw(d1.forwardingMs[via] ?? 0, chance) : toMs;
  };
  const call =
    (pop: Pop, to: InstanceDemand, isWrite: boolean): Call =>
    (then, fail) => {
      const halfWayMs = travelMs(pop, to, isWrite) / 2;
      const serviceMs = to.factor * draw(isWrite ? d1.writeServiceMs : d1.readServiceMs, chance);
      const back = (tell: () => void) => (): void => void clock.at(clock.now() + halfWayMs, tell);
      after(halfWayMs, () => queues.get(to)?.enter(serviceMs, nothing, back(then), back(fail)));
    };
  const nearestTo = (pop: Pop): InstanceDemand => {
    const served = nearestInstance(d1, pop, chance) ?? 'primary';
    const found = demand.instances.find(({ instance }) => instance === served);
    if (!found) throw new Error(`The demand says nothing of ${served}, which serves ${pop}.`);
    return found;
  };
  const keyOf =
    (readMs: Distribution): Call =>
    (then) =>
      after(draw(readMs, chance), then);
  return ({ writes, reads }: ModelledOperation, pop: Pop, done: (failed: boolean) => void): void => {
    const calls = [
      ...times(demand.cachedKeys, chance, () => keyOf(profile.kv.cachedReadMs)),
      ...times(demand.centralKeys, chance, () => keyOf(profile.kv.centralReadMs)),
      ...(reads === undefined
        ? demand.instances.flatMap((to) => times(to.reads, chance, () => call(pop, to, false)))
        : times(reads, chance, () => call(pop, nearestTo(pop), false))),
      ...(writes
        ? demand.instances.flatMap((to) => times(to.writes, chance, () => call(pop, to, true)))
        : []),
    ];
    const oneByOne = (all: readonly Call[], end: (failed: boolean) => void, at = 0): void => {
      const following = all[at];
      if (following)
        following(
          () => oneByOne(all, end, at + 1),
          () => end(true),
        );
      else end(false);
    };
    const later = writes
      ? demand.instances.flatMap((to) =>
          to.unawaited === undefined ? [] : times(to.unawaited, chance, () => call(pop, to, true)),
        )
      : [];
    oneByOne(calls, (failed) => {
      done(failed);
      oneByOne(later, nothing);
    });
  };
}

const regionOf = (instance: string): Region | undefined =>
  instance === 'primary' ? undefined : (instance as Region); // the data plane names replicas by their region

/** As often as this on average: the whole part always, the rest by chance. */
function times<Each>(mean: number, chance: Chance, make: () => Each): Each[] {
  const count = Math.floor(mean) + (chance() < mean % 1 ? 1 : 0);
  return Array.from({ length: count }, make);
}

function chooser<Choice>(weights: readonly (readonly [Choice, number])[]): (chance: Chance) => Choice {
  const total = weights.reduce((sum, [, weight]) => sum + weight, 0);
  const [first] = weights;
  if (!first || total <= 0) throw new Error('There is nothing to choose from.');
  return (chance) => {
    let at = chance() * total;
    for (const [choice, weight] of weights) {
      at -= weight;
      if (at < 0) return choice;
    }
    return first[0];
  };
}

function summaryOf(answers: readonly Answer[], seconds: number): Omit<ModelledAnswers, 'busyShare'> {
  const all = answers.map(({ ms }) => ms);
  const byOperation = Map.groupBy(answers, ({ operation }) => operation);
  return {
    requestsPerSecond: answers.length / seconds,
    failureShare: answers.filter(({ failed }) => failed).length / Math.max(1, answers.length),
    meanMs: all.reduce((sum, ms) => sum + ms, 0) / Math.max(1, all.length),
    p95Ms: percentile95(all),
    p95MsByOperation: new Map(
      [...byOperation].map(([operation, each]) => [operation, percentile95(each.map(({ ms }) => ms))]),
    ),
  };
}

function percentile95(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.ceil(0.95 * sorted.length) - 1] ?? 0;
}
