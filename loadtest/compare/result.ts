import { decide } from '../../reports/document/index.ts';
import type { RunResult } from '../../reports/schema/index.ts';
import { COMPARISON_SCHEMA_VERSION, type ComparisonResult } from '../../reports/schema/index.ts';
import { accountUnderTest } from '../headroom/index.ts';
import type { Scenario } from '../scenarios/index.ts';
import { boundsOf, comparisonsOf, noisyNeighboursOf } from './comparisons.ts';
import { decidePlacement } from './decision.ts';
import type { MeasuredBlock } from './experiment.ts';
import { explain } from './explanation.ts';
import { placementFacts } from './placement-facts.ts';
import { comparisonSignals, controlSignal, decisionSignal } from './signals.ts';
import { treatmentOf } from './treatment-result.ts';
import type { TreatmentPlan } from './treatments.ts';

export interface ComparisonFacts {
  readonly runId: string;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  /** The one command that repeats the comparison. */
  readonly reproduce: string;
  /** The account that is compared. */
  readonly underTest: string;
  readonly treatments: readonly TreatmentPlan[];
  readonly scenario: Scenario;
  /** What the dedicated placement may cost more, in a month; undefined: no placement is decided on. */
  readonly budgetUsd: number | undefined;
  /** Whether the treatments are one placement twice. */
  readonly isControl: boolean;
  /** Two figures are alike when they differ by no more than this share. */
  readonly equivalence: number;
}

/**
 * Puts the blocks into the comparison schema, verdict and decision included.
 *
 * Only a comparison that passed decides anything, and a void one compares nothing: a number that the generator spoiled is not
 * a number (rule of evidence 5), and a Worker that leaks has no place.
 *
 * @param blocks every planned one, in their order: the first is of the account undisturbed, and the bills are of its use
 */
export function comparisonResultOf(
  blocks: readonly MeasuredBlock[],
  facts: ComparisonFacts,
): ComparisonResult {
  const { underTest, scenario, budgetUsd, equivalence } = facts;
  const measured = comparisonSignals(blocks);
  const sound = decide(measured).outcome;
  const isSound = sound === 'PASS' || sound === 'INCONCLUSIVE';
  const names = facts.treatments.map(({ name }) => name);
  const ofTreatment = (name: string): MeasuredBlock[] =>
    blocks.filter(({ treatment }) => treatment.name === name);
  const first = firstOf(blocks);
  const { headroom } = first;
  const treatments = facts.treatments.map((plan) =>
    treatmentOf(plan, ofTreatment(plan.name), headroom?.bills ?? []),
  );
  const bounds = boundsOf(names.length, equivalence);
  const comparisons = isSound ? comparisonsOf(names, blocks, bounds) : [];
  const shardOf = (treatment: string): string => accountUnderTest(firstOf(ofTreatment(treatment))).shardId;
  const beside = facts.treatments.find(({ neighbour }) => neighbour);
  const answersFor = beside?.neighbour?.answersFor(beside.neighbours.length) ?? '';
  const decision =
    sound === 'PASS' && budgetUsd !== undefined
      ? decidePlacement(
          placementFacts({
            underTest,
            treatments,
            comparisons,
            bounds,
            shardOf,
            scenario,
            answersFor,
            budgetUsd,
          }),
        )
      : null;
  const signals = [
    ...measured,
    ...(decision ? [decisionSignal(decision)] : []),
    ...(isSound && facts.isControl ? controlSignal(comparisons) : []),
  ];
  const verdict = decide(signals);
  return {
    schemaVersion: COMPARISON_SCHEMA_VERSION,
    runId: facts.runId,
    kind: 'comparison',
    startedAt: facts.startedAt.toISOString(),
    finishedAt: facts.finishedAt.toISOString(),
    ...{ verdict, signals, treatments, comparisons, bounds, decision },
    reproduce: facts.reproduce,
    environment: first.environment,
    seed: scenario.seed,
    scenario: first.scenario,
    behaviour: { ...first.behaviour.latencyProfile, readReplication: first.behaviour.readReplication },
    noisyNeighbours: noisyNeighboursOf(names[0] ?? '', comparisons, treatments),
    explanation: isSound
      ? treatments.map((treatment) => explain(treatment, underTest, shardOf(treatment.name)))
      : [],
    ...(headroom?.ofMany && { ofMany: headroom.ofMany }),
    basis: headroom ? [headroom.priceTable, ...headroom.assumptions] : [],
  };
}

function firstOf([first]: readonly MeasuredBlock[]): RunResult {
  if (!first) throw new Error('a treatment has no block.');
  return first.result;
}
