import { decide } from '../../reports/document/index.ts';
import { type Headroom, type RunResult, SCHEMA_VERSION } from '../../reports/schema/index.ts';
import { latencyOf } from '../../reports/statistics/index.ts';
import { headroomOf, withShares } from '../headroom/index.ts';
import { predictionOf } from '../prediction/index.ts';
import { isLadder, operationsIn, peopleThinkMs, type Scenario } from '../scenarios/index.ts';
import { sum } from '../sum.ts';
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
import { shareOfRequests, sharesOf, tenantsMonth, tenantsOf } from './tenants.ts';

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
    ...(evidence.statements && { statements: withShares(evidence.statements, dayOf(facts)) }),
    sensitivity: facts.sensitivity ?? null,
    ...(facts.predicts && { prediction: predictionOf(evidence, facts, climb) }),
    ...(facts.tenants && {
      tenants: tenantsOf(facts.tenants, evidence, { ...facts, verdict, databases, headroom }),
    }),
    verification: verificationFigures(scenario, aggregate),
    timeline: [...aggregate.timeline],
    processes: [...surroundings.processes],
  };
}

/**
 * @returns null where nobody counted rows, for a ladder, which is no day's load, for a scenario that shows no capacity, and when nothing was measured that could be put into a month
 */
function headroomFor(evidence: Evidence, facts: RunFacts): Headroom | null {
  const { scenario, aggregate, surroundings, use, statements } = evidence;
  if (!statements) return null;
  if (isLadder(scenario) || !scenario.showsCapacity || aggregate.total.requests === 0) return null;
  const workers = surroundings.processes.filter(({ role }) => role === 'worker');
  const cpuShare = workers.reduce((sum, { meanCpuPercent }) => sum + meanCpuPercent / 100, 0);
  // The Worker and KV worked for every tenant.
  const share = shareOfRequests(evidence);
  const requests = Object.fromEntries(
    operationsIn(scenario).map(({ name }) => [name, aggregate.operations.get(name)?.requests ?? 0]),
  );
  const load = {
    phases: scenario.phases,
    requests,
    costs: statements.operations,
    created: createdBy(scenario.journey, requests),
    meanThinkTimeMs: peopleThinkMs(scenario),
    workerCpuMs: share * cpuShare * countingSeconds(scenario) * scenario.slowMotion * 1000,
    kv: sharesOf(use.kv, share),
    r2: sharesOf(use.buckets, share),
    ...(facts.tenants && { tenants: tenantsMonth(facts.tenants) }),
    topology: topologyOf(facts),
  };
  return headroomOf(load, dayOf(facts), facts.rate?.rate);
}

const dayOf = ({ startedAt }: RunFacts): string => startedAt.toISOString().slice(0, 'yyyy-mm-dd'.length);

/** Documents that so many requests created; of an operation with several steps, as many requests are taken to be of each. */
function createdBy(
  { opening, steps }: Scenario['journey'],
  requests: Readonly<Record<string, number>>,
): number {
  const all = [...opening.steps, ...steps];
  return sum(
    steps
      .filter(({ does }) => does === 'create')
      .map(
        ({ operation }) =>
          (requests[operation] ?? 0) / all.filter((step) => step.operation === operation).length,
      ),
  );
}
