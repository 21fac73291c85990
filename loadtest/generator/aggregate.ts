import type { SecondOfRun } from '../../reports/schema/index.ts';
import { latencyHistogram } from '../../reports/statistics/index.ts';
import type { Scenario } from '../scenarios/index.ts';
import { sum } from '../sum.ts';
import { heldMs } from './held.ts';
import { longestStallMs } from './stall.ts';
import { mergeSeconds, timelineOf } from './timeline.ts';
import {
  type Counters,
  mergeTotals,
  type PartTotals,
  type PhaseTotals,
  type Samples,
  type SeriesTotals,
  type Totals,
} from './totals.ts';

/** What the samples of a run come to, from however many generators. */
export interface Aggregate extends Samples {
  /** k6 processes that shared the load. */
  readonly generators: number;
  /** Phases that count only, by operation, account, PoP and placement. */
  readonly series: ReadonlyMap<string, SeriesTotals>;
  /** Phases that count only, by part and server. */
  readonly serviceParts: ReadonlyMap<string, PartTotals>;
  /** Phases that count only. */
  readonly operations: ReadonlyMap<string, Totals>;
  /** Phases that count only. */
  readonly total: Totals;
  /** Phases that count only: how late requests started, in microseconds. */
  readonly lateness: Totals['histogram'];
  readonly timeline: readonly SecondOfRun[];
  readonly peakVirtualUsers: number;
  /** How long the phases that count stood at the load they ask for. */
  readonly heldMs: number;
  /** The longest time within the phases that count in which requests waited and none was answered. */
  readonly longestStallMs: number;
}

/**
 * Puts the samples of the generators of one run together. Exact: buckets are added, and no figure is averaged.
 *
 * @param parts one for each generator; they ran at the same time and their clocks agree
 */
export function mergeSamples(scenario: Scenario, parts: readonly Samples[]): Aggregate {
  const seconds = mergeSeconds(parts.map((part) => part.seconds));
  const starts = parts.flatMap(({ startedAtMs }) => startedAtMs ?? []);
  const startedAtMs = starts.length === 0 ? undefined : Math.min(...starts);
  const begun = parts.flatMap(({ begunAtMs }) => begunAtMs ?? []);
  const phases = mergeBy(parts, (part) => part.phases, mergePhases);
  const counting = scenario.phases
    .filter(({ counts }) => counts)
    .flatMap(({ name }) => phases.get(name) ?? []);
  const series = mergeBy(counting, (phase) => phase.series, mergeSeries);
  const all = [...series.values()];
  const byOperation = Map.groupBy(all, ({ operation }) => operation);
  return {
    generators: parts.length,
    series,
    phases,
    operations: new Map([...byOperation].map(([operation, totals]) => [operation, mergeTotals(totals)])),
    total: mergeTotals(all),
    fromSending: mergeHistograms(parts.map((part) => part.fromSending)),
    connecting: mergeHistograms(parts.map((part) => part.connecting)),
    lateness: mergeHistograms(counting.map((phase) => phase.lateness)),
    counters: mergeCounters(parts.map(({ counters }) => counters)),
    droppedIterations: sum(parts.map((part) => part.droppedIterations)),
    serviceParts: mergeBy(counting, (phase) => phase.serviceParts, mergeParts),
    seconds,
    timeline: timelineOf(seconds),
    startedAtMs,
    begunAtMs: begun.length === 0 ? undefined : Math.min(...begun),
    peakVirtualUsers: Math.max(0, ...seconds.map(({ virtualUsers }) => virtualUsers)),
    heldMs: heldMs(scenario, seconds, startedAtMs),
    longestStallMs: longestStallMs(scenario, seconds, startedAtMs),
    longestSilenceMs: Math.max(0, ...parts.map((part) => part.longestSilenceMs)),
    silences: parts.flatMap((part) => part.silences),
    usersMade: sum(parts.map((part) => part.usersMade)),
    written: [...new Set(parts.flatMap((part) => part.written))],
    unreadableSamples: sum(parts.map((part) => part.unreadableSamples)),
  };
}

/** Merges what has the same key in several parts. */
function mergeBy<Part, Merged>(
  parts: readonly Part[],
  mapOf: (part: Part) => ReadonlyMap<string, Merged>,
  merge: (same: readonly [Merged, ...Merged[]]) => Merged,
): Map<string, Merged> {
  const entries = Map.groupBy(
    parts.flatMap((part) => [...mapOf(part)]),
    ([key]) => key,
  );
  return new Map(
    [...entries].map(([key, [first, ...rest]]) => {
      if (!first) throw new Error(`nothing has the key ${key}.`);
      return [key, merge([first[1], ...rest.map(([, value]) => value)])];
    }),
  );
}

function mergeSeries(same: readonly [SeriesTotals, ...SeriesTotals[]]): SeriesTotals {
  const [{ operation, account, pop, placement }] = same;
  return { operation, account, pop, placement, ...mergeTotals(same) };
}

function mergePhases(same: readonly [PhaseTotals, ...PhaseTotals[]]): PhaseTotals {
  return {
    ...mergeTotals(same),
    operations: mergeBy(same, ({ operations }) => operations, mergeTotals),
    lateness: mergeHistograms(same.map(({ lateness }) => lateness)),
    series: mergeBy(same, ({ series }) => series, mergeSeries),
    serviceParts: mergeBy(same, ({ serviceParts }) => serviceParts, mergeParts),
  };
}

function mergeParts(same: readonly [PartTotals, ...PartTotals[]]): PartTotals {
  const [{ part, servedBy }] = same;
  const histogram = mergeHistograms(same.map((totals) => totals.histogram));
  return { part, servedBy, totalMs: sum(same.map(({ totalMs }) => totalMs)), histogram };
}

function mergeHistograms(histograms: readonly Totals['histogram'][]): Totals['histogram'] {
  const merged = latencyHistogram();
  for (const histogram of histograms) merged.add(histogram);
  return merged;
}

function mergeCounters(counters: readonly Counters[]): Counters {
  const names = Object.keys(counters[0] ?? {}) as (keyof Counters)[]; // the keys of every part's counters
  return Object.fromEntries(
    names.map((name) => [name, sum(counters.map((each) => each[name]))]),
  ) as unknown as Counters; // the same keys
}
