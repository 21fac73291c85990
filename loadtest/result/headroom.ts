import type { Headroom } from '../../reports/schema/index.ts';
import { headroomOf, measuredUse } from '../headroom/index.ts';
import { isLadder, operationsIn, peopleThinkMs } from '../scenarios/index.ts';
import type { Evidence } from '../verdict/signals.ts';
import type { RunFacts } from './index.ts';
import { countingSeconds } from './load.ts';
import { topologyOf } from './platform.ts';

/**
 * @returns null for a system whose operations were not measured, for a ladder, which is no day's load, for a scenario that shows no capacity, and when nothing was measured that could be put into a month
 */
export function headroomFor(evidence: Evidence, facts: RunFacts): Headroom | null {
  const { scenario, aggregate, surroundings, use } = evidence;
  // What an operation costs is known of the system that it was measured on.
  if (facts.system !== measuredUse.system) return null;
  if (isLadder(scenario) || !scenario.showsCapacity || aggregate.total.requests === 0) return null;
  const workers = surroundings.processes.filter(({ role }) => role === 'worker');
  const cpuShare = workers.reduce((sum, { meanCpuPercent }) => sum + meanCpuPercent / 100, 0);
  const load = {
    phases: scenario.phases,
    requests: Object.fromEntries(
      operationsIn(scenario).map(({ name }) => [name, aggregate.operations.get(name)?.requests ?? 0]),
    ),
    meanThinkTimeMs: peopleThinkMs(scenario),
    workerCpuMs: cpuShare * countingSeconds(scenario) * 1000,
    kv: facts.kvCache ? use.kv[0] : undefined,
    topology: topologyOf(facts),
  };
  return headroomOf(load, facts.startedAt.toISOString().slice(0, 'yyyy-mm-dd'.length));
}
