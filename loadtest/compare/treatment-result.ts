import type {
  Bill,
  Block,
  DatabaseUse,
  OperationResult,
  ServicePart,
  Treatment,
} from '../../reports/schema/index.ts';
import { mergeLatencies } from '../../reports/statistics/index.ts';
import { countingSeconds } from '../result/index.ts';
import { sum } from '../sum.ts';
import type { ComparedBlock } from './experiment.ts';
import { shortOf } from './fingerprint.ts';

/**
 * Puts the blocks of one treatment together. Exact: buckets are added, and no percentile is averaged (rule of evidence 6).
 *
 * @param bills of the account undisturbed: what its neighbour uses is not on them
 */
export function treatmentOf(
  plan: ComparedBlock['treatment'],
  measured: readonly ComparedBlock[],
  bills: readonly Bill[],
): Treatment {
  const results = measured.map(({ result }) => result);
  const [first] = results;
  return {
    name: plan.name,
    topology: plan.topology.name,
    neighbour: plan.neighbour?.name ?? null,
    blocks: measured.map(blockOf),
    requestsPerSecond: mean(results.map(({ load }) => load.requestsPerSecond)),
    latency: mergeLatencies(results.map(({ total }) => total)),
    operations: mergeOperations(results),
    databases: mergeDatabases(results),
    serviceParts: mergeParts(results),
    storage: first?.headroom?.storage ?? null,
    bill: bills.find(({ placement }) => placement === plan.topology.name) ?? null,
  };
}

function blockOf({ order, fingerprint, result, neighbour }: ComparedBlock): Block {
  const { load, total, operations, databases, serviceParts, verification, scenario } = result;
  const { bodiesChecked, documentsChecked, isolationViolations, staleReads, corruptBodies } = verification;
  return {
    at: result.startedAt,
    order,
    environmentFingerprint: shortOf(fingerprint),
    seconds: countingSeconds(scenario),
    requests: load.requests,
    failures: load.failures,
    requestsPerSecond: load.requestsPerSecond,
    latency: total,
    operations: operations.map(({ name, latency }) => ({ name, latency })),
    databases,
    serviceParts,
    verification: {
      bodiesChecked: bodiesChecked + (neighbour?.bodiesChecked ?? 0),
      documentsChecked: documentsChecked + (neighbour?.documentsChecked ?? 0),
      isolationViolations: isolationViolations + (neighbour?.isolationViolations ?? 0),
      // A neighbour carries no bookmark, so that nothing it reads is stale.
      staleReads,
      corruptBodies: corruptBodies + (neighbour?.corruptBodies ?? 0),
      ...(verification.notPromised && { notPromised: verification.notPromised }),
    },
  };
}

function mergeOperations(results: readonly ComparedBlock['result'][]): Treatment['operations'] {
  const byName = Map.groupBy(
    results.flatMap(({ operations }) => operations),
    ({ name }) => name,
  );
  return [...byName.values()].flatMap((same) => {
    const [first] = same;
    return first ? [{ ...named(first), latency: mergeLatencies(same.map(({ latency }) => latency)) }] : [];
  });
}

const named = ({ name, objectiveP95Ms }: OperationResult) => ({ name, objectiveP95Ms });

function mergeDatabases(results: readonly ComparedBlock['result'][]): DatabaseUse[] {
  const byInstance = Map.groupBy(
    results.flatMap(({ databases }) => databases),
    ({ database, instance }) => `${database}/${instance}`,
  );
  return [...byInstance.values()].flatMap((same) => {
    const [first] = same;
    if (!first) return [];
    const requests = sum(same.map((use) => use.requests));
    const perRequest = (of: (use: DatabaseUse) => number): number =>
      requests === 0 ? 0 : sum(same.map((use) => of(use) * use.requests)) / requests;
    return [
      {
        ...{ database: first.database, instance: first.instance, requests },
        // The blocks are equally long, and one without a request to it counts as idle.
        utilisation: sum(same.map(({ utilisation }) => utilisation)) / results.length,
        meanServiceMs: perRequest(({ meanServiceMs }) => meanServiceMs),
        meanQueueMs: perRequest(({ meanQueueMs }) => meanQueueMs),
        longestQueue: Math.max(...same.map(({ longestQueue }) => longestQueue)),
      },
    ];
  });
}

function mergeParts(results: readonly ComparedBlock['result'][]): ServicePart[] {
  const byPart = Map.groupBy(
    results.flatMap(({ serviceParts }) => serviceParts),
    ({ part, servedBy }) => `${part}/${servedBy}`,
  );
  const merged = [...byPart.values()].flatMap((same) => {
    const [first] = same;
    const latency = mergeLatencies(same.map((each) => each.latency));
    return first ? [{ part: first.part, servedBy: first.servedBy, latency }] : [];
  });
  const totalMs = sum(merged.map(({ latency }) => timeOf(latency)));
  return merged.map((each) => ({
    ...each,
    shareOfTime: totalMs === 0 ? 0 : timeOf(each.latency) / totalMs,
  }));
}

const timeOf = ({ meanMs, count }: ServicePart['latency']): number => meanMs * count;

const mean = (values: readonly number[]): number => sum(values) / Math.max(1, values.length);
