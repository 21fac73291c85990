import type { Observations, Surroundings } from '../generator/index.ts';
import { sum } from '../sum.ts';
import type { Facts } from './evidence.ts';
import { foreignStatement } from './machine-share.ts';
import {
  CROWDED_MAX_PERCENT,
  LATENESS_MAX_MS,
  MACHINE_FULL_MAX_PERCENT,
  SILENCE_MAX_MS,
} from './void-bounds.ts';

const RUNNER_DELAY_MAX_MS = 250;
/** Every trip to D1 waits as long: a hundredth of the answers at most may be slower by the strictest objective. */
const DATA_PLANE_DELAY_MAX_MS = 100;
/** A quarter more than 4,000 verified users may take (1.2 GB). */
const MEMORY_MAX_BYTES = 1.5e9;
const MEMORY_MAX_USERS = 4_000;
/** NTP slews a clock by half a millisecond in a second; what moves it further has set it (adjtimex(8)). */
const CLOCK_JUMP_MAX_MS = 100;
const DESCRIPTORS_MAX_PERCENT = 90;

const atMost = { kind: 'validity', comparison: 'at most', onBreach: 'VOID' } as const;

/** What was watched of a machine that k6 was on. */
export type MachineWatched = Pick<
  Surroundings,
  | 'processes'
  | 'machineFullPercent'
  | 'cpu'
  | 'runnerDelayP99Ms'
  | 'clockJumpMs'
  | 'descriptorsPercent'
  | 'socketErrors'
>;
type Watched = Pick<Observations, 'scenario' | 'aggregate'> & { readonly surroundings: MachineWatched };

/** Whether generator, runner, harness and machine left the numbers alone (rule of evidence 5). */
export const generatorSignals = (observations: Observations): Facts[] => [
  ...machineSignals(observations),
  dataPlaneDelay(observations.surroundings),
  ...streamSignals(observations),
];

/** Whether a machine let its k6 and what reads its samples work as they should. */
export const machineSignals = (watched: Watched): Facts[] => [...resources(watched), ...time(watched)];

/** Whether k6's sample stream is whole. */
export function streamSignals({ aggregate }: Pick<Observations, 'aggregate'>): Facts[] {
  // Of the whole run, as the checks are: against the phases that count alone, every check of the ramp could be missing.
  const requests = sum(aggregate.timeline.map((second) => second.requests));
  const answered = requests - sum(aggregate.timeline.map(({ failures }) => failures));
  return [
    {
      ...atMost,
      id: 'bodies-checked',
      title: 'Responses whose body was checked',
      observed: aggregate.counters.bodies_checked,
      // A target that answers nothing leaves nothing to check, and fails by that; a run without a request says nothing.
      bound: requests === 0 ? 1 : answered,
      comparison: 'at least',
      unit: 'responses',
      why: 'Everything is verified under load; an unchecked answer may be a leak.',
    },
    {
      ...atMost,
      id: 'unreadable-samples',
      title: 'Samples that could not be read',
      observed: aggregate.unreadableSamples,
      bound: 0,
      unit: 'samples',
      why: 'What was dropped may have been the slow ones.',
    },
  ];
}

/** What the samples alone tell, wherever they came from. */
export const sampleSignals = (samples: Pick<Observations, 'scenario' | 'aggregate'>): Facts[] => [
  ...pace(samples),
  ...streamSignals(samples),
];

/** Whether requests started when they should have, and k6 went on reporting. */
function pace({ scenario, aggregate }: Pick<Observations, 'scenario' | 'aggregate'>): Facts[] {
  const { lateness, droppedIterations, longestSilenceMs } = aggregate;
  const late: Facts = {
    ...atMost,
    id: 'generator-lateness',
    title: 'How late requests start, p95',
    observed: lateness.totalCount === 0 ? Number.NaN : lateness.getValueAtPercentile(95) / 1000,
    bound: LATENESS_MAX_MS,
    unit: 'ms',
    why: 'Who wakes late also sees answers late: the generator, not the target, is then what is measured.',
  };
  // k6 numbers the iterations that start: after a dropped one no start can be held against the schedule any more,
  // and the dropped ones are judged themselves.
  const canTell = scenario.model === 'closed' || droppedIterations === 0;
  return [
    {
      ...atMost,
      id: 'generator-silence',
      title: 'Longest time in which k6 reported nothing',
      observed: longestSilenceMs,
      bound: SILENCE_MAX_MS,
      unit: 'ms',
      why: 'It counts its users every second, however slow the target is: while it does not, it was stopped or starved.',
    },
    ...(canTell ? [late] : []),
  ];
}

/** Whether clocks went on, and nothing beside the load was late. */
function time({ surroundings, ...samples }: Watched): Facts[] {
  return [
    {
      ...atMost,
      id: 'clock-jump',
      title: 'Largest step of the clock',
      observed: surroundings.clockJumpMs,
      bound: CLOCK_JUMP_MAX_MS,
      unit: 'ms',
      why: 'Samples are put into seconds, and tokens expire, by a clock that somebody has set in the middle of the run.',
    },
    ...pace(samples),
    {
      ...atMost,
      id: 'runner-delay',
      title: 'Event-loop delay of the runner, p99',
      observed: surroundings.runnerDelayP99Ms,
      bound: RUNNER_DELAY_MAX_MS,
      unit: 'ms',
      why: 'A runner that lags behind the sample stream holds k6 up.',
    },
  ];
}

const dataPlaneDelay = ({ dataPlaneDelayP99Ms }: Surroundings): Facts => ({
  ...atMost,
  id: 'data-plane-delay',
  title: 'Event-loop delay of the data plane, p99',
  observed: dataPlaneDelayP99Ms ?? Number.NaN,
  bound: DATA_PLANE_DELAY_MAX_MS,
  unit: 'ms',
  why: 'It stands in for D1 and KV: when it is late, answers are slow that would not be on Cloudflare.',
});

/** Whether there was enough of the machine. */
function resources({ scenario, surroundings }: Watched): Facts[] {
  const { processes, machineFullPercent, descriptorsPercent, socketErrors, cpu } = surroundings;
  const peaks = processes
    .filter(({ role }) => role === 'generator')
    .map((process) => process.peakMemoryBytes);
  const descriptors: Facts = {
    ...atMost,
    id: 'generator-descriptors',
    title: 'Open files and sockets of k6, of its limit, peak',
    observed: descriptorsPercent ?? Number.NaN,
    bound: DESCRIPTORS_MAX_PERCENT,
    unit: '%',
    onBreach: 'INCONCLUSIVE',
    why: 'At the limit a user waits for a socket or fails without one; raise it with `ulimit -n`.',
  };
  return [
    {
      ...atMost,
      id: 'foreign-load',
      title: `Seconds that count in which other processes left no core free (${foreignStatement(cpu)})`,
      observed: cpu.crowdedPercent,
      bound: CROWDED_MAX_PERCENT,
      unit: '%',
      why: 'Work that is not part of the run took a tenth of the machine or more while every core was busy: what waited for a core waited for that.',
    },
    {
      ...atMost,
      id: 'machine-cpu',
      title: 'Seconds that count with every core busy',
      observed: machineFullPercent,
      bound: MACHINE_FULL_MAX_PERCENT,
      unit: '%',
      why:
        'Generator and target share the machine. A full second makes answers look slower, never faster, so a few do not ' +
        'spoil a PASS; in a quarter of the time a p95 would be the time spent waiting for a core.',
    },
    {
      ...atMost,
      id: 'generator-memory',
      title: 'Memory of k6, peak',
      observed: peaks.length === 0 ? Number.NaN : peaks.reduce((sum, bytes) => sum + bytes, 0),
      bound: MEMORY_MAX_BYTES * Math.max(1, scenario.virtualUsers / MEMORY_MAX_USERS),
      unit: 'bytes',
      onBreach: 'INCONCLUSIVE',
      why: 'A larger generator takes memory from the file cache of the databases it measures.',
    },
    {
      ...atMost,
      id: 'generator-sockets',
      title: 'Requests that k6 had no socket or port for',
      observed: socketErrors,
      bound: 0,
      unit: 'requests',
      // Connections in TIME_WAIT are not counted: Linux gives their ports out again on loopback (tcp_tw_reuse), and
      // where it cannot, connecting fails with EADDRNOTAVAIL, which is seen here.
      why: 'They failed at this end: the target never saw them.',
    },
    // Only Linux tells (/proc); elsewhere requests without a socket are still seen by their error.
    ...(descriptorsPercent === undefined ? [] : [descriptors]),
  ];
}
