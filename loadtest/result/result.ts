import { decide } from '../../reports/document/index.ts';
import { type Headroom, type RunResult, SCHEMA_VERSION } from '../../reports/schema/index.ts';
import { latencyOf } from '../../reports/statistics/index.ts';
import { headroomOf, measuredUse } from '../headroom/index.ts';
import { isLadder, operationsIn, peopleThinkMs } from '../scenarios/index.ts';
import { climbOf, type Evidence, signalsOf } from '../verdict/index.ts';
import type { RunFacts } from './facts.ts';
import {
  askedScenario,
  connectingOf,
  countingSeconds,
  loadOf,
  measuredOperations,
  phasesOf,
  seriesOf,
  servicePartsOf,
  verificationFigures,
} from './load.ts';
import { behaviourOf, databasesOf, storesOf, topologyOf } from './platform.ts';
import { commandFor } from './reproduce.ts';
import { kvShare, shareOfRequests, tenantsMonth, tenantsOf } from './tenants.ts';

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
  const verdict = decide(signals);
  const databases = databasesOf(shownUse);
  const load = loadOf(scenario, aggregate);
  const stores = climb ? undefined : storesOf(use, load.requestsPerSecond);
  const headroom = headroomFor(evidence, facts);
  return {
    schemaVersion: SCHEMA_VERSION,
    runId: facts.runId,
    kind: 'capacity',
    startedAt: facts.startedAt.toISOString(),
    finishedAt: facts.finishedAt.toISOString(),
    verdict,
    signals,
    reproduce: commandFor(evidence, facts),
    environment: facts.environment,
    scenario: askedScenario(scenario),
    topology: topologyOf(facts),
    behaviour: behaviourOf(evidence, facts),
    load,
    phases: phasesOf(scenario, aggregate),
    operations: measuredOperations(shown, scenario),
    series: [shown, ...(evidence.others ?? []).map((other) => other.aggregate)].flatMap(seriesOf),
    total: latencyOf(shown.total.histogram),
    totalFromSending: scenario.model === 'open' ? latencyOf(aggregate.fromSending) : null,
    ...connectingOf(aggregate),
    serviceParts: servicePartsOf(shown),
    databases,
    ...(stores && { stores }),
    knee: climb?.knee ?? null,
    headroom,
    sensitivity: facts.sensitivity ?? null,
    ...(facts.tenants && {
      tenants: tenantsOf(facts.tenants, evidence, { ...facts, verdict, databases, headroom }),
    }),
    verification: verificationFigures(scenario, aggregate),
    timeline: [...aggregate.timeline],
    processes: [...surroundings.processes],
  };
}

/**
 * @returns null for a system whose operations were not measured, for a ladder, which is no day's load, for a scenario that shows no capacity, and when nothing was measured that could be put into a month
 */
function headroomFor(evidence: Evidence, facts: RunFacts): Headroom | null {
  const { scenario, aggregate, surroundings, use } = evidence;
  // What an operation costs is known of the system that it was measured on.
  if (facts.system !== measuredUse.system) return null;
  if (isLadder(scenario) || !scenario.showsCapacity || aggregate.total.requests === 0) return null;
  const workers = surroundings.processes.filter(({ role }) => role === 'worker');
  const cpuShare = workers.reduce((sum, { meanCpuPercent }) => sum + meanCpuPercent / 100, 0);
  // The Worker and KV worked for every tenant.
  const share = shareOfRequests(evidence);
  const load = {
    phases: scenario.phases,
    requests: Object.fromEntries(
      operationsIn(scenario).map(({ name }) => [name, aggregate.operations.get(name)?.requests ?? 0]),
    ),
    meanThinkTimeMs: peopleThinkMs(scenario),
    workerCpuMs: share * cpuShare * countingSeconds(scenario) * scenario.slowMotion * 1000,
    kv: facts.kvCache ? kvShare(use.kv[0], share) : undefined,
    ...(facts.tenants && { tenants: tenantsMonth(facts.tenants) }),
    topology: topologyOf(facts),
  };
  return headroomOf(load, facts.startedAt.toISOString().slice(0, 'yyyy-mm-dd'.length));
}
