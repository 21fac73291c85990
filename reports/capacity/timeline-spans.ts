import type { Phase, SecondOfRun } from '../schema/index.ts';

export type Span = {
  from: number;
  to: number;
  peakVirtualUsers: number;
  requestsPerSecond: number;
  failures: number;
  worstP95Ms: number;
};

/**
 * The timeline in at most `limit` spans of equal length. Percentiles cannot be averaged (rule of evidence 6), so a
 * span names the p95 of its slowest second.
 */
export function timelineSpans(timeline: readonly SecondOfRun[], limit: number): Span[] {
  const length = Math.max(1, Math.ceil(timeline.length / limit));
  return Array.from({ length: Math.ceil(timeline.length / length) }, (_, index) => {
    const seconds = timeline.slice(index * length, (index + 1) * length);
    const sum = (value: (second: SecondOfRun) => number) =>
      seconds.reduce((total, each) => total + value(each), 0);
    return {
      from: seconds[0]?.second ?? 0,
      to: seconds.at(-1)?.second ?? 0,
      peakVirtualUsers: Math.max(...seconds.map(({ virtualUsers }) => virtualUsers)),
      requestsPerSecond: sum(({ requests }) => requests) / seconds.length,
      failures: sum(({ failures }) => failures),
      worstP95Ms: Math.max(...seconds.map(({ p95Ms }) => p95Ms)),
    };
  });
}

/** Seconds since the start. */
export type Stretch = { from: number; to: number };

/** Where the phases lie that do not count; neighbours are one stretch. */
export function warmUpStretches(phases: readonly Phase[]): Stretch[] {
  const stretches: Stretch[] = [];
  let from = 0;
  for (const { seconds, counts } of phases) {
    const to = from + seconds;
    const last = stretches.at(-1);
    if (!counts && last?.to === from) last.to = to;
    else if (!counts) stretches.push({ from, to });
    from = to;
  }
  return stretches;
}
