import { signal } from '../../reports/document/index.ts';
import type { Signal } from '../../reports/schema/index.ts';
import { type Aggregate, mergeSamples, type Samples } from '../generator/index.ts';
import type { Scenario } from '../scenarios/index.ts';
import { driftSignals } from './drift-signals.ts';
import type { Facts } from './evidence.ts';
import { loadSignals } from './load-signals.ts';
import { objectiveSignals } from './objective-signals.ts';
import { safety } from './signals.ts';
import { type MachineWatched, machineSignals, streamSignals } from './void-signals.ts';

/** What one of the machines that share a load says of its part. */
export interface RunnerReport {
  /** The name of the machine. */
  readonly host: string;
  /** Which part of the load it had, from 0, and of how many. */
  readonly segment: { readonly index: number; readonly of: number };
  /** How its k6 ended. */
  readonly ending: { readonly code: number | null; readonly signal: string | null };
  readonly samples: Samples;
  /** What failed of the last seconds, where the load was stopped for that. */
  readonly stoppedFor?:
    | { readonly failures: number; readonly requests: number; readonly seconds: number }
    | undefined;
  readonly surroundings: MachineWatched & {
    /** Percent of the phases that count in which its processor limit held it back; undefined: nothing here limits or tells. */
    readonly throttledPercent: number | undefined;
    /** By how much the target's clock is ahead of its own, at least and at most, in milliseconds; undefined: nobody told. */
    readonly clockOffsetMs: { readonly low: number; readonly high: number } | undefined;
  };
}

/** All of them stand at full load together; a ramp is many times as long. */
const START_SKEW_MAX_MS = 2_000;
/** The timeline has whole seconds. */
const CLOCKS_APART_MAX_MS = 1_000;
/** A hundredth of the answers at most may be slower by the strictest objective. */
const THROTTLED_MAX_PERCENT = 1;
/** Of the last seconds, at which a runner stops (distributed/run-segment.ts). */
const STOPPED_ABOVE_PERCENT = 50;
const ROUNDING = 1e-9;

const atMost = { kind: 'validity', comparison: 'at most', onBreach: 'VOID' } as const;

/**
 * What a run is judged by whose load came from several machines: the guarantees; whether every part of the load was there once,
 * at one time, from a machine that was not the limit; and the objectives, by all answers together.
 *
 * @param runners in any order, at least one
 */
export function signalsOfRunners({
  scenario,
  aggregate,
  runners,
}: {
  readonly scenario: Scenario;
  readonly aggregate: Aggregate;
  readonly runners: readonly RunnerReport[];
}): Signal[] {
  const load = { scenario, aggregate };
  const stopped = runners.filter(({ stoppedFor }) => stoppedFor);
  if (stopped.length > 0)
    return [...safety(load), edgeRefusals(aggregate), ...stopped.map(stoppedForFailures)].map(signal);
  return [
    ...safety(load),
    ...parts(runners),
    ...together(runners),
    ...machines(scenario, runners),
    edgeRefusals(aggregate),
    ...streamSignals(load),
    ...loadSignals(load),
    ...objectiveSignals(load),
    ...driftSignals({ ...load, surroundings: { processes: [], memory: new Map() } }),
  ].map(signal);
}

export const nameOfRunner = ({
  host,
  segment: { index, of },
}: Pick<RunnerReport, 'host' | 'segment'>): string => `runner ${index + 1}/${of} on ${host}`;

const named = (runners: readonly RunnerReport[]): string => runners.map(nameOfRunner).join(', ');

/** Whether every part of the load came back, once, from a k6 that went on to its end. */
function parts(runners: readonly RunnerReport[]): Facts[] {
  const { missing, doubled } = coverage(runners);
  const ended = runners.filter(({ ending }) => ending.code !== 0);
  return [
    {
      ...atMost,
      id: 'runners-missing',
      title: told('Parts of the load that no runner brought', missing.join(', ')),
      observed: missing.length,
      bound: 0,
      unit: 'parts',
      why: 'Fewer users than asked for answer another question; the part that is missing may be the one that saw the failures.',
    },
    {
      ...atMost,
      id: 'runners-doubled',
      title: told('Results of a part of the load that is there already', named(doubled)),
      observed: doubled.length,
      bound: 0,
      unit: 'results',
      why: 'What is counted twice makes a small run look like a large one.',
    },
    {
      ...atMost,
      id: 'runners-ended-early',
      title: told(
        'Runners whose k6 ended before its time',
        ended
          .map((each) => `${nameOfRunner(each)} with ${each.ending.signal ?? `code ${each.ending.code}`}`)
          .join(', '),
      ),
      observed: ended.length,
      bound: 0,
      unit: 'runners',
      why: 'Without a generator nothing was measured.',
    },
  ];
}

/** Whether they worked at the same time, as far as their clocks tell. */
function together(runners: readonly RunnerReport[]): Facts[] {
  const starts = runners.map((runner) => ({ runner, atMs: runner.samples.begunAtMs ?? Number.NaN }));
  const [first] = starts.toSorted((a, b) => a.atMs - b.atMs);
  // One whose load never began comes out as the latest.
  const latest =
    starts.find(({ atMs }) => Number.isNaN(atMs)) ?? starts.toSorted((a, b) => b.atMs - a.atMs)[0];
  return [
    {
      ...atMost,
      id: 'start-skew',
      title: told(
        'From the first start of the load to the last',
        runners.length > 1 && latest ? `${nameOfRunner(latest.runner)} was the last` : '',
      ),
      observed: (latest?.atMs ?? Number.NaN) - (first?.atMs ?? Number.NaN),
      bound: START_SKEW_MAX_MS,
      unit: 'ms',
      why: 'They must stand at full load together. Results of two runs are further apart, and are no run at all.',
    },
    ...clocks(runners),
  ];
}

/** Runners on one machine have one clock; those on several are held against each other by what the target's says. */
function clocks(runners: readonly RunnerReport[]): Facts[] {
  if (new Set(runners.map(({ host }) => host)).size < 2) return [];
  const offsets = runners.map((runner) => ({ runner, offsetMs: runner.surroundings.clockOffsetMs }));
  const untold = offsets.find(({ offsetMs }) => offsetMs === undefined);
  const byLow = offsets.toSorted((a, b) => (b.offsetMs?.low ?? 0) - (a.offsetMs?.low ?? 0))[0];
  const byHigh = offsets.toSorted((a, b) => (a.offsetMs?.high ?? 0) - (b.offsetMs?.high ?? 0))[0];
  const apartMs = Math.max(0, (byLow?.offsetMs?.low ?? 0) - (byHigh?.offsetMs?.high ?? 0));
  return [
    {
      ...atMost,
      id: 'clock-offset',
      title: told(
        "How far the runners' clocks are apart, at least",
        untold
          ? `the target told ${nameOfRunner(untold.runner)} no time`
          : byLow && byHigh && apartMs > 0
            ? named([byHigh.runner, byLow.runner])
            : '',
      ),
      observed: untold ? Number.NaN : apartMs,
      bound: CLOCKS_APART_MAX_MS,
      unit: 'ms',
      why: "The timeline, the users at once and the starts come from the runners' clocks; the Date header of the target (RFC 9110, section 6.6.1) is what they are held against.",
    },
  ];
}

/** Each machine by itself: the one that is worst off decides, and is named. */
function machines(scenario: Scenario, runners: readonly RunnerReport[]): Facts[] {
  const facts = runners.flatMap((runner) => {
    const { samples, surroundings, segment } = runner;
    const own = { ...scenario, virtualUsers: Math.max(1, Math.round(scenario.virtualUsers / segment.of)) };
    const watched = { scenario: own, aggregate: mergeSamples(own, [samples]), surroundings };
    return [...machineSignals(watched), ...throttled(runner)].map((each) => ({ runner, facts: each }));
  });
  return [...Map.groupBy(facts, (each) => each.facts.id).values()].flatMap((same) => {
    const [worst] = same.toSorted((a, b) => badness(b.facts) - badness(a.facts));
    return worst
      ? [
          {
            ...worst.facts,
            title: told(worst.facts.title, runners.length > 1 ? `worst: ${nameOfRunner(worst.runner)}` : ''),
            ...(worst.facts.id === 'machine-cpu' && { why: WHY_FULL }),
          },
        ]
      : [];
  });
}

/** The load was taken away, so that there is none to judge: what it was taken away for is the answer. */
const stoppedForFailures = (runner: RunnerReport): Facts => {
  const { failures = 0, requests = 0, seconds = 0 } = runner.stoppedFor ?? {};
  return {
    id: `stopped-for-failures-${runner.segment.index + 1}`,
    title: `Requests that failed within ${seconds} s, when ${nameOfRunner(runner)} stopped`,
    kind: 'objective',
    observed: requests === 0 ? Number.NaN : (100 * failures) / requests,
    bound: STOPPED_ABOVE_PERCENT,
    comparison: 'at most',
    unit: '%',
    onBreach: 'FAIL',
    why: 'A target that fails most of what it is asked for so long does not recover under a load, and may be hurt by it.',
  };
};

const edgeRefusals = ({ counters }: Aggregate): Facts => ({
  ...atMost,
  id: 'edge-refusals',
  title: "Requests that Cloudflare's own rate limit refused (error 1015)",
  observed: counters.edge_refusals,
  bound: 0,
  unit: 'requests',
  why: 'They never reached the Worker: one address asked too often. Take more machines, or except their addresses from the rule.',
});

const WHY_FULL =
  'A generator that waits for a core sends late and reads answers late. A few such seconds do not spoil a PASS, because they ' +
  'make answers look slower, never faster.';

function throttled(runner: RunnerReport): Facts[] {
  const { throttledPercent } = runner.surroundings;
  if (throttledPercent === undefined) return [];
  return [
    {
      ...atMost,
      id: 'generator-throttled',
      title: 'Time that counts in which a processor limit held k6 back',
      observed: throttledPercent,
      bound: THROTTLED_MAX_PERCENT,
      unit: '%',
      why: 'Held back by its own limit (cpu.stat, cgroups(7)), a generator measures its own pauses: set no CPU limit for it.',
    },
  ];
}

/** All facts of a machine are bounded from above; what was not measured is worse than any figure. */
function badness({ observed, bound }: Facts): number {
  if (Number.isNaN(observed)) return Number.POSITIVE_INFINITY;
  return bound === 0 ? observed : observed / bound;
}

const told = (title: string, which: string): string => (which === '' ? title : `${title} (${which})`);

/** What of the whole, from 0 to 1, is not there, and which results hold what an earlier one holds. */
function coverage(runners: readonly RunnerReport[]): { missing: string[]; doubled: RunnerReport[] } {
  const spans = runners
    .map((runner) => {
      const { index, of } = runner.segment;
      return { runner, from: index / of, to: (index + 1) / of };
    })
    .toSorted((a, b) => a.from - b.from || a.to - b.to);
  const missing: string[] = [];
  const doubled: RunnerReport[] = [];
  let covered = 0;
  for (const { runner, from, to } of spans) {
    if (from < covered - ROUNDING) doubled.push(runner);
    if (from > covered + ROUNDING) missing.push(range(covered, from));
    covered = Math.max(covered, to);
  }
  if (covered < 1 - ROUNDING) missing.push(range(covered, 1));
  return { missing, doubled };
}

const range = (from: number, to: number): string => `${percent(from)} to ${percent(to)}`;
const percent = (share: number): string => `${Number((share * 100).toFixed(1))} %`;
