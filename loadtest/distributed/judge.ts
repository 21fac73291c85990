import { z } from 'zod';
import { spelledAsCalled, WORKSPACE } from '../../reports/command/index.ts';
import {
  decide,
  describeEnvironment,
  latencyOf,
  REMOTE_LOAD_SCHEMA_VERSION,
  type RemoteLoadResult,
} from '../../reports/index.ts';
import { type Aggregate, mergeSamples } from '../generator/index.ts';
import {
  askedScenario,
  connectingOf,
  loadOf,
  measuredOperations,
  seriesOf,
  verificationFigures,
} from '../result/index.ts';
import { sum } from '../sum.ts';
import { nameOfRunner, signalsOfRunners } from '../verdict/index.ts';
import type { PreparedLoad } from './load-folder.ts';
import type { RunnerResult } from './runner-result.ts';

/** What the local platform shows, and no target behind a URL. */
const NOT_MEASURED = [
  'what databases, KV and caches did, and how busy they were: only the platform that runs them tells',
  'replicas and faults: neither can be planned for a target that is not ours',
  'what the same load would cost in a month: nobody counted its rows here',
  'the memory of the Worker over hours: nobody watches it there',
];

export interface JudgedRun {
  readonly load: PreparedLoad;
  readonly runners: readonly RunnerResult[];
  readonly startedAt: Date;
  /** As `shardproof capacity ...`. */
  readonly reproduce: string;
  readonly doubts?: readonly string[];
  readonly cleanedUp?: RemoteLoadResult['cleanedUp'];
}

/** Puts the results of all runners together, as one generator would have seen the run, and decides. */
export function remoteResultOf({
  load,
  runners,
  startedAt,
  reproduce,
  doubts = [],
  cleanedUp = null,
}: JudgedRun): RemoteLoadResult {
  const { scenario, system, account, target } = load;
  const aggregate = mergeSamples(
    scenario,
    runners.map(({ samples }) => samples),
  );
  const signals = signalsOfRunners({ scenario, aggregate, runners });
  return {
    schemaVersion: REMOTE_LOAD_SCHEMA_VERSION,
    runId: `${startedAt.toISOString().replaceAll(/[:.]/g, '')}-${scenario.name}-remote`,
    kind: 'remote-load',
    startedAt: startedAt.toISOString(),
    finishedAt: new Date().toISOString(),
    verdict: decide(signals),
    signals,
    reproduce: spelledAsCalled(reproduce),
    environment: describeEnvironment(WORKSPACE),
    ...{ system, account, target },
    scenario: askedScenario(scenario),
    runners: runners.map(runnerOf),
    load: loadOf(scenario, aggregate),
    operations: measuredOperations(aggregate, scenario),
    series: seriesOf(aggregate),
    total: latencyOf(aggregate.total.histogram),
    totalFromSending: scenario.model === 'open' ? latencyOf(aggregate.fromSending) : null,
    ...connectingOf(aggregate),
    verification: verificationFigures(scenario, aggregate),
    timeline: sinceBegun(aggregate),
    doubts: [...doubts],
    notMeasured: NOT_MEASURED,
    cleanedUp,
  };
}

/** Machines that wait for each other report users, none of them, from before. */
function sinceBegun({ timeline, seconds: [first], begunAtMs = 0 }: Aggregate): RemoteLoadResult['timeline'] {
  const waited = Math.max(0, Math.floor(begunAtMs / 1000) - (first?.second ?? 0));
  return timeline.slice(waited).map((each) => ({ ...each, second: each.second - waited }));
}

function runnerOf(runner: RunnerResult): RemoteLoadResult['runners'][number] {
  const { samples, surroundings } = runner;
  const [k6] = surroundings.processes;
  const { busyPercent } = surroundings.cpu;
  return {
    name: nameOfRunner(runner),
    requests: sum([...samples.phases.values()].map((phase) => phase.requests)),
    startedAt: samples.begunAtMs === undefined ? null : new Date(samples.begunAtMs).toISOString(),
    meanCpuPercent: k6?.meanCpuPercent ?? 0,
    peakMemoryBytes: k6?.peakMemoryBytes ?? 0,
    machineBusyPercent: z.number().safeParse(busyPercent).data ?? null,
    throttledPercent: surroundings.throttledPercent ?? null,
    clockOffsetMs: surroundings.clockOffsetMs ?? null,
  };
}
