import type { Topology } from '../../reference-worker/local/index.ts';
import type { SystemChoice } from '../../reference-worker/target/index.ts';
import { decide } from '../../reports/document/index.ts';
import { type RunResult, SCHEMA_VERSION } from '../../reports/schema/index.ts';
import { latencyOf } from '../../reports/statistics/index.ts';
import { climbOf } from '../verdict/rungs.ts';
import { type Evidence, signalsOf } from '../verdict/signals.ts';
import { headroomFor } from './headroom.ts';
import {
  askedScenario,
  connectingOf,
  loadOf,
  measuredOperations,
  phasesOf,
  seriesOf,
  servicePartsOf,
  verificationFigures,
} from './load.ts';
import { behaviourOf, databasesOf, topologyOf } from './platform.ts';
import { commandFor } from './reproduce.ts';

/** What a shard held when the run began. */
export interface ShardContent {
  readonly shardId: string;
  readonly manifest: {
    readonly fileBytes: number;
    readonly accounts: readonly {
      readonly plan: { readonly account: string };
      readonly documents: number;
      readonly documentBytes: number;
    }[];
  };
}

export interface RunFacts {
  readonly runId: string;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly environment: RunResult['environment'];
  /** The name of the system. */
  readonly system: string;
  /** What --system and --config were given. */
  readonly systemGiven: SystemChoice;
  readonly topology: Topology;
  readonly underTest: string;
  readonly kvCache: boolean;
  /** What --latency was given. */
  readonly behaviourGiven: string;
  /** What --objectives was given. */
  readonly objectivesFile: string | undefined;
  readonly generators: number;
  /** What --k6-out was given. */
  readonly k6Outputs: readonly string[];
  readonly dashboard: boolean;
  readonly shards: readonly ShardContent[];
  /** What the verdict rests on; null where nothing was modelled. */
  readonly sensitivity: RunResult['sensitivity'];
}

/** Puts what was measured into the run-result schema, verdict included. */
export function resultOf(evidence: Evidence, facts: RunFacts): RunResult {
  const { scenario, aggregate, surroundings, use } = evidence;
  const climb = climbOf(evidence);
  const signals = signalsOf(evidence, climb);
  // What a ladder's page is about: beyond the rung that it sustains it breaks its objectives by design.
  const sustained =
    climb?.knee && climb.sustainedPhase ? aggregate.phases.get(climb.sustainedPhase) : undefined;
  const shown = sustained ? { ...sustained, total: sustained } : aggregate;
  const shownUse = sustained ? (evidence.useByPhase.get(climb?.sustainedPhase ?? '') ?? use) : use;
  return {
    schemaVersion: SCHEMA_VERSION,
    runId: facts.runId,
    kind: 'capacity',
    startedAt: facts.startedAt.toISOString(),
    finishedAt: facts.finishedAt.toISOString(),
    verdict: decide(signals),
    signals,
    reproduce: commandFor(evidence, facts),
    environment: facts.environment,
    scenario: askedScenario(scenario),
    topology: topologyOf(facts),
    behaviour: behaviourOf(evidence, facts),
    load: loadOf(scenario, aggregate),
    phases: phasesOf(scenario, aggregate),
    operations: measuredOperations(shown, scenario),
    series: seriesOf(shown),
    total: latencyOf(shown.total.histogram),
    totalFromSending: scenario.model === 'open' ? latencyOf(aggregate.fromSending) : null,
    ...connectingOf(aggregate),
    serviceParts: servicePartsOf(shown),
    databases: databasesOf(shownUse),
    knee: climb?.knee ?? null,
    headroom: headroomFor(evidence, facts),
    sensitivity: facts.sensitivity ?? null,
    verification: verificationFigures(aggregate),
    timeline: [...aggregate.timeline],
    processes: [...surroundings.processes],
  };
}
