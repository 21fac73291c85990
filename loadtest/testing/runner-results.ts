import type { RunnerResult } from '../distributed/runner-result.ts';
import { parseSample, SampleAggregator, type Samples } from '../generator/index.ts';
import { scenarios } from './scenarios.ts';
import { simulatedLines } from './simulated-run.ts';
import { healthy } from './simulated-targets.ts';

/** What several runners leave of one simulated run of the smallest scenario. */
const scenario = scenarios.smoke;
export const START_MS = Date.parse('2026-11-21T12:00:00Z');

const point = (metric: string, atMs: number, value: number, tags: object): string =>
  JSON.stringify({ metric, type: 'Point', data: { time: new Date(atMs).toISOString(), value, tags } });

/** What k6 wrote of one run, dealt out to so many of them: each has its share of the users and of the requests. */
function dealt(lines: readonly string[], of: number, begunAtMs = START_MS): Samples[] {
  const aggregators = Array.from({ length: of }, () => new SampleAggregator(scenario));
  for (const aggregator of aggregators) {
    const begun = parseSample(point('tally', begunAtMs, 0, { of: 'begun' }));
    if (begun) aggregator.add(begun);
  }
  for (const [at, line] of lines.entries()) {
    const sample = parseSample(line);
    if (!sample) continue;
    const isOfAll = sample.kind === 'virtual-users' || sample.kind === 'users-made';
    for (const [index, aggregator] of aggregators.entries()) {
      if (isOfAll) aggregator.add({ ...sample, count: shareOf(sample.count, index, of) });
      else if (at % of === index) aggregator.add(sample);
    }
  }
  return aggregators.map((aggregator) => aggregator.samples());
}

const shareOf = (count: number, index: number, of: number): number =>
  Math.floor((count * (index + 1)) / of) - Math.floor((count * index) / of);

const HEALTHY = simulatedLines(scenario, healthy);

const undisturbed: RunnerResult['surroundings'] = {
  processes: [
    { role: 'generator', name: 'k6', meanCpuPercent: 20, peakCpuPercent: 40, peakMemoryBytes: 1e8 },
  ],
  machineFullPercent: 0,
  cpu: { cores: 2, busyPercent: 30, foreignPercent: 1, crowdedPercent: 0 },
  runnerDelayP99Ms: 12,
  clockJumpMs: 0,
  descriptorsPercent: 2,
  socketErrors: 0,
  throttledPercent: 0,
  clockOffsetMs: { low: -60, high: 80 },
};

/** @param load whose parts they are @param of how many @param lines what k6 wrote of all of them together */
export function runnersOf(
  load: { readonly id: string; readonly sha256: string },
  of: number,
  lines: readonly string[] = HEALTHY,
): RunnerResult[] {
  return dealt(lines, of).map((samples, index) => ({
    ...{ load: load.id, sha256: load.sha256, host: `host-${index + 1}`, segment: { index, of }, log: [] },
    ...{ ending: { code: 0, signal: null }, samples, surroundings: undisturbed },
  }));
}
