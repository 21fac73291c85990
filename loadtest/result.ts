import type { SeededShard } from '../fixtures/index.ts';
import type { Topology } from '../reference-worker/local/topology.ts';
import { latencyHistogram, latencyOf } from '../reports/latency.ts';
import { type Operation, type RunResult, SCHEMA_VERSION } from '../reports/schema.ts';
import { decide } from '../reports/verdict.ts';
import type { Aggregate } from './aggregate.ts';
import { OPERATIONS, operationKinds } from './k6/plan.ts';
import { modelledParts } from './modelled.ts';
import { outcomesOf } from './planned-faults.ts';
import type { Profile } from './profiles.ts';
import { type Evidence, signalsOf } from './signals.ts';

export interface RunFacts {
  readonly runId: string;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly environment: RunResult['environment'];
  readonly topology: Topology;
  readonly underTest: string;
  readonly kvCache: boolean;
  /** What --plane was given. */
  readonly planeGiven: string;
  readonly shards: readonly SeededShard[];
}

/** Puts what was measured into the run-result schema, verdict included. */
export function resultOf(evidence: Evidence, facts: RunFacts): RunResult {
  const { profile, aggregate, surroundings } = evidence;
  const signals = signalsOf(evidence);
  return {
    schemaVersion: SCHEMA_VERSION,
    runId: facts.runId,
    kind: 'capacity',
    startedAt: facts.startedAt.toISOString(),
    finishedAt: facts.finishedAt.toISOString(),
    verdict: decide(signals),
    signals,
    reproduce: commandFor(profile, facts),
    environment: facts.environment,
    profile: {
      name: profile.name,
      seed: profile.seed,
      virtualUsers: profile.virtualUsers,
      rampSeconds: profile.rampSeconds,
      settleSeconds: profile.settleSeconds,
      holdSeconds: profile.holdSeconds,
      thinkTimeMedianMs: profile.thinkTimeMedianMs,
      thinkTimeSigma: profile.thinkTimeSigma,
      zipfExponent: profile.zipfExponent,
      popShares: profile.popShares,
    },
    topology: topologyOf(facts),
    plane: planeOf(evidence, facts),
    load: loadOf(aggregate),
    operations: operationsOf(aggregate, profile),
    total: latencyOf(aggregate.total.histogram),
    verification: verificationOf(aggregate),
    timeline: [...aggregate.timeline],
    processes: [...surroundings.processes],
  };
}

function commandFor(profile: Profile, { topology, kvCache, planeGiven }: RunFacts): string {
  const { name, virtualUsers, sizeBytes, holdSeconds, seed } = profile;
  // Exact, where a rounded size would make other documents.
  const size = sizeBytes % 1e9 === 0 ? `${sizeBytes / 1e9}GB` : `${sizeBytes / 1e6}MB`;
  return [
    `npm run capacity -- --profile ${name} --users ${virtualUsers} --size ${size} --hold ${holdSeconds}`,
    `--seed ${seed} --topology ${topology.name}${kvCache ? ' --kv' : ''}`,
    ...(planeGiven === 'instant' ? [] : [`--plane ${shellWord(planeGiven)}`]),
  ].join(' ');
}

/** As a shell reads it back: in quotes when it holds anything that a shell could take for itself. */
const shellWord = (word: string): string =>
  /^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

function planeOf({ plane, faultReports }: Evidence, { kvCache }: RunFacts): RunResult['plane'] {
  const { latency, seed, foreignBookmarks } = plane;
  return {
    latencyProfile: { name: latency.name, description: latency.description },
    seed,
    foreignBookmarks,
    modelled: modelledParts(plane, kvCache),
    faults: outcomesOf(plane, faultReports),
  };
}

function topologyOf({ topology, underTest, kvCache, shards }: RunFacts): RunResult['topology'] {
  return {
    name: topology.name,
    kvCache,
    shardFileBytes: Object.fromEntries(shards.map(({ shardId, manifest }) => [shardId, manifest.fileBytes])),
    accounts: shards.flatMap(({ shardId, manifest }) =>
      manifest.accounts.map(({ plan, documents, documentBytes }) => ({
        id: plan.account,
        shardId,
        underTest: plan.account === underTest,
        documents,
        documentBytes,
      })),
    ),
  };
}

function loadOf({ total, operations, peakVirtualUsers, heldMs }: Aggregate): RunResult['load'] {
  const reads = OPERATIONS.filter((name) => operationKinds[name] === 'read').reduce(
    (sum, name) => sum + (operations.get(name)?.requests ?? 0),
    0,
  );
  return {
    model: 'closed',
    peakVirtualUsers,
    heldMs,
    requests: total.requests,
    failures: total.failures,
    requestsPerSecond: heldMs === 0 ? 0 : (total.requests * 1000) / heldMs,
    readShare: total.requests === 0 ? 0 : reads / total.requests,
  };
}

function operationsOf({ operations }: Aggregate, profile: Profile): Operation[] {
  return OPERATIONS.map((name) => {
    const totals = operations.get(name);
    return {
      name,
      kind: operationKinds[name],
      requests: totals?.requests ?? 0,
      failures: totals?.failures ?? 0,
      latency: latencyOf(totals?.histogram ?? latencyHistogram()),
      objectiveP95Ms: profile.objectives[name].p95Ms,
    };
  });
}

function verificationOf({ counters }: Aggregate): RunResult['verification'] {
  return {
    bodiesChecked: counters.bodies_checked,
    documentsChecked: counters.documents_checked,
    isolationViolations: counters.isolation_violations,
    staleReads: counters.stale_reads,
    corruptBodies: counters.corrupt_bodies,
    // The rule of three holds for a clean run of at least three; nothing checked bounds nothing.
    leakRateUpperBound95: Math.min(1, 3 / Math.max(1, counters.documents_checked)),
  };
}
