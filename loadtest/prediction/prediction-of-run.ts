import type { Behaviour, Topology } from '../../reference-worker/target/index.ts';
import { badOption } from '../../reports/command/index.ts';
import type { PredictedPhase, PredictionOfRun } from '../../reports/schema/index.ts';
import { latencyOf } from '../../reports/statistics/index.ts';
import { mergeTotals, type PhaseTotals } from '../generator/index.ts';
import { takesTime } from '../queue-model/index.ts';
import type { Scenario } from '../scenarios/index.ts';
import { sum } from '../sum.ts';
import { type Climb, type Evidence, isShort, workerCpuMsOf } from '../verdict/index.ts';
import { operationsAsked, predictAnswers } from './predict-shards.ts';

/** How near a prediction must be to what was measured, as a share. */
const WITHIN = 0.1;
/** Enough for a p95 within a percent or two. */
const REQUESTS = 40_000;

/**
 * Refuses to predict what the model does not have.
 *
 * @throws CommandError `bad_option`
 */
export function assertPredictable(
  { phases, accounts, name }: Pick<Scenario, 'phases' | 'accounts' | 'name'>,
  { latency, faults }: Pick<Behaviour, 'latency' | 'faults'>,
  kvCache: boolean,
): void {
  const wrong = [
    [!takesTime(latency), 'nothing takes time in this profile; choose another --latency'],
    [faults.length > 0, 'no fault is modelled; take them out of the file of --latency'],
    [kvCache || accounts !== undefined, 'no cache is modelled, and this Worker works with KV'],
    [heldPhases({ phases }).length === 0, `no phase of ${name} holds its load`],
  ] as const;
  const found = wrong.find(([isSo]) => isSo);
  if (found) throw badOption('predict', found[1]);
}

/** Those that count, and whose load is the same from their beginning to their end. */
const heldPhases = ({ phases }: Pick<Scenario, 'phases'>): Scenario['phases'] =>
  phases.filter(
    ({ counts, share, surge }, at) => counts && surge === undefined && phases[at - 1]?.share === share,
  );

/**
 * Predicts each phase that holds its load from the profile, who is at work on the shard of the account under test, and what they asked
 * for. Where this machine was short of processor time, or was the limit of a ladder, nothing is judged.
 *
 * The mix is the run's own: people who edit what somebody else edits read less back, and how many they are the journey does not tell. So
 * is the Worker's processor time, which the profile does not have.
 *
 * @param climb of a ladder; null: it is none
 * @returns undefined where nobody was answered
 */
export function predictionOf(
  evidence: Evidence,
  { topology, underTest }: { readonly topology: Topology; readonly underTest: string },
  climb: Climb | null,
): PredictionOfRun | undefined {
  const { scenario, aggregate, others = [], surroundings } = evidence;
  const shardOf = (account: string) => topology.accounts.find(({ id }) => id === account)?.shardId;
  const there = [
    { scenario, aggregate },
    ...others.filter(({ account }) => shardOf(account) === shardOf(underTest)),
  ];
  const counting = scenario.phases.filter(({ counts }) => counts);
  const phases = heldPhases(scenario).flatMap((phase): PredictedPhase[] => {
    const seen = there.flatMap((each) => each.aggregate.phases.get(phase.name) ?? []);
    const { requests, histogram } = mergeTotals(seen);
    if (requests === 0) return [];
    const { meanMs, p95Ms } = latencyOf(histogram);
    const measured = { requestsPerSecond: requests / phase.seconds, meanMs, p95Ms };
    const virtualUsers = sum(there.map((each) => Math.round(phase.share * each.scenario.virtualUsers)));
    const predicted = predictedFor(virtualUsers, seen, evidence);
    const isMachines =
      isShort(surroundings.cpuByPhase.get(phase.name)) ||
      (climb !== null && counting.indexOf(phase) >= climb.rungs.length);
    const agrees = isMachines ? null : agreementOf(measured, predicted);
    return [{ name: phase.name, virtualUsers, measured, predicted, agrees }];
  });
  return phases.length === 0 ? undefined : { within: WITHIN, phases };
}

function predictedFor(
  virtualUsers: number,
  seen: readonly Pick<PhaseTotals, 'operations'>[],
  evidence: Evidence,
): PredictedPhase['predicted'] {
  const { scenario, behaviour } = evidence;
  const asked = (name: string): number =>
    sum(seen.map(({ operations }) => operations.get(name)?.requests ?? 0));
  const { requestsPerSecond, meanMs, p95Ms } = predictAnswers(virtualUsers, scenario, behaviour.latency, {
    hasReplicas: behaviour.readReplication === 'auto',
    operations: operationsAsked(scenario, asked),
    ...{ requests: REQUESTS, seed: scenario.seed },
  });
  const workerMs = workerCpuMsOf(evidence);
  return { requestsPerSecond, meanMs: meanMs + workerMs, p95Ms: p95Ms + workerMs };
}

function agreementOf(
  measured: PredictedPhase['measured'],
  predicted: PredictedPhase['predicted'],
): PredictedPhase['agrees'] {
  const isNear = (figure: keyof PredictedPhase['measured']): boolean =>
    Math.abs(predicted[figure] / measured[figure] - 1) <= WITHIN;
  return {
    requestsPerSecond: isNear('requestsPerSecond'),
    meanMs: isNear('meanMs'),
    p95Ms: isNear('p95Ms'),
  };
}
