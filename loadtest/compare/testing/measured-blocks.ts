import { placements } from '../../../reference-worker/shared-shards/placements.ts';
import { Behaviour } from '../../../reference-worker/target/index.ts';
import { sampleLatency } from '../../../reports/testing/sample-load.ts';
import { sampleResult } from '../../../reports/testing/sample-result.ts';
import type { MeasuredBlock } from '../experiment.ts';
import { fingerprintOf } from '../fingerprint.ts';
import { neighbours } from '../neighbours/index.ts';
import { blockOrder } from '../order.ts';
import { placementTreatments, type TreatmentPlan } from '../treatments.ts';
import { blockScenario } from './block-scenario.ts';

export const treatments = placementTreatments(neighbours['write-storm'], placements);

const MEDIAN_MS = 4;

/**
 * A comparison as it is measured: blocks that differ by chance, and treatments by a factor.
 *
 * @param slower how many times longer every answer takes on a treatment; 1 where it says nothing
 */
export function measuredBlocks(
  slower: Readonly<Record<string, number>> = {},
  plans: readonly TreatmentPlan[] = treatments,
): MeasuredBlock[] {
  return blockOrder(plans, 4).map(({ treatment, round }, at) => {
    const chance = 1 + 0.02 * Math.sin(at * at);
    return measuredBlock(treatment, round, at + 1, MEDIAN_MS * chance * (slower[treatment.name] ?? 1));
  });
}

function measuredBlock(
  treatment: TreatmentPlan,
  round: number,
  order: number,
  medianMs: number,
): MeasuredBlock {
  const sample = sampleResult();
  const total = sampleLatency(2_000, medianMs);
  const result = {
    ...sample,
    total,
    operations: [
      {
        name: 'open-client',
        kind: 'read' as const,
        requests: 2_000,
        failures: 0,
        latency: total,
        objectiveP95Ms: 100,
      },
    ],
    load: { ...sample.load, requests: 2_000, requestsPerSecond: 100 },
  };
  const tally = {
    requests: 12_000,
    failures: 0,
    bodiesChecked: 12_000,
    documentsChecked: 0,
    isolationViolations: 0,
    corruptBodies: 0,
  };
  return {
    ...{ treatment, round, order, result },
    fingerprint: fingerprintOf(
      sample.environment,
      { changes: 'none', sources: 'none' },
      Behaviour.parse({}),
      blockScenario,
    ),
    neighbour: treatment.neighbour && tally,
  };
}
