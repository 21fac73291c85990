import { latencyOf } from '../../reports/statistics/index.ts';
import { countingStretches } from '../generator/index.ts';
import { driftOf, FEWEST_READINGS } from './drift.ts';
import type { Evidence, Facts } from './evidence.ts';

/** Assumption: what drifts by less than this cannot be told from warming up in a shorter run. */
export const SOAK_MIN_SECONDS = 1_800;
/** The office hours of the scenario office-day: nobody restarts anything within them. */
const WORKING_DAY_HOURS = 9.5;
/** What one isolate may hold (developers.cloudflare.com/workers/platform/limits): beyond it Cloudflare ends the isolate. */
const ISOLATE_MAX_BYTES = 128e6;

/** What a soak is judged by beside its objectives: whether they would still hold at the end of a working day. */
export function driftSignals({
  scenario,
  aggregate,
  surroundings,
}: Pick<Evidence, 'scenario' | 'aggregate'> & {
  readonly surroundings: Pick<Evidence['surroundings'], 'processes' | 'memory'>;
}): Facts[] {
  const stretches = countingStretches(scenario.phases);
  const [soak] = stretches;
  if (stretches.length !== 1 || !soak || soak.toSeconds - soak.fromSeconds < SOAK_MIN_SECONDS) return [];
  const firstAt = (aggregate.seconds[0]?.second ?? 0) - (aggregate.startedAtMs ?? 0) / 1000;
  const latencies = aggregate.timeline
    .filter(({ second }) => firstAt + second >= soak.fromSeconds && firstAt + second < soak.toSeconds)
    .map(({ second, p95Ms }) => ({ atSeconds: second, value: p95Ms }));
  const p95: Facts = {
    id: 'drift-p95',
    title: 'p95 of all requests after a working day, if it goes on as it did',
    kind: 'objective',
    requirement: 'B7',
    observed: latencyOf(aggregate.total.histogram).p95Ms + riseInADay(latencies),
    bound: scenario.totalObjective.p95Ms,
    comparison: 'at most',
    unit: 'ms',
    onBreach: 'FAIL',
    why: `${DRIFT_RULE} What gets slower by the hour is no capacity that lasts a day.`,
  };
  const workers = surroundings.processes.filter(({ role }) => role === 'worker');
  return [p95, ...workers.map(({ name }) => memoryOf(name, surroundings.memory.get(name) ?? []))];
}

const DRIFT_RULE =
  "The slope is Theil and Sen's, and counts when Mann and Kendall's test finds a trend at 1 %.";

const memoryOf = (name: string, readings: Parameters<typeof driftOf>[0]): Facts => ({
  id: `drift-memory-${name}`,
  title: `Memory that ${name} would gain in a working day`,
  kind: 'objective',
  observed: riseInADay(readings),
  bound: ISOLATE_MAX_BYTES,
  comparison: 'at most',
  unit: 'bytes',
  onBreach: 'FAIL',
  why: `${DRIFT_RULE} An isolate that gains what Cloudflare lets it hold is ended within the day, with its requests.`,
});

/** 0 for what falls, and for what chance alone may move; not a number for what was seen too seldom to tell. */
function riseInADay(readings: Parameters<typeof driftOf>[0]): number {
  if (readings.length < FEWEST_READINGS) return Number.NaN;
  const { perHour, significant } = driftOf(readings);
  return significant ? Math.max(0, perHour * WORKING_DAY_HOURS) : 0;
}
