import { expect, test } from 'vitest';
import { latencyOf } from '../../reports/statistics/index.ts';
import { Scenario } from '../scenarios/index.ts';
import { scenarios } from '../testing/scenarios.ts';
import { mergeSamples } from './aggregate.ts';
import { SampleAggregator } from './aggregator.ts';
import type { Sample } from './samples.ts';

const START_MS = Date.parse('2026-01-01T00:00:00Z');
const scenario = Scenario.parse({
  ...scenarios.smoke,
  phases: [
    { name: 'ramp', seconds: 2, share: 1, counts: false },
    { name: 'hold', seconds: 5, share: 1, counts: true },
  ],
});
/** What k6 tells of a short run whose moments and lengths all take `factor` times as long. */
function samplesOf(factor: number): Sample[] {
  const at = (second: number) => ({ atMs: (START_MS + second * 1000) * factor });
  const start = (second: number, phase: string, lateMs: number): Sample => ({
    ...{ kind: 'start' as const, ...at(second), phase },
    lateMs: lateMs * factor,
  });
  const answer = (second: number, durationMs: number, failed: boolean): Sample => ({
    ...{ kind: 'answer' as const, ...at(second), operation: 'open-client', account: 'acme', pop: 'LHR' },
    ...{ placement: 'shared', phase: 'hold', failed, durationMs: durationMs * factor },
    timing: `d1;dur=${3 * factor};desc="primary", worker;dur=${factor}`,
  });
  return [
    { kind: 'virtual-users', ...at(0), count: 4 },
    start(0.2, 'ramp', 1),
    start(2.3, 'hold', 2),
    answer(2.5, 7, false),
    answer(4.1, 9, true),
    { kind: 'virtual-users', ...at(5), count: 8 },
  ];
}
/** What the samples come to, in figures. */
function told(samples: readonly Sample[], of: Scenario) {
  const aggregator = new SampleAggregator(of);
  for (const sample of samples) aggregator.add(sample);
  const { total, lateness, serviceParts, timeline, heldMs } = mergeSamples(of, [aggregator.samples()]);
  return {
    ...{ total: latencyOf(total.histogram), lateness: latencyOf(lateness), timeline, heldMs },
    parts: [...serviceParts.values()].map(({ part, totalMs }) => [part, totalMs]),
  };
}

test('a run in slow motion comes to the same as at full speed, moment by moment and length by length', () => {
  const atFullSpeed = told(samplesOf(1), scenario);

  const slowed = told(samplesOf(4), { ...scenario, slowMotion: 4 });

  expect(slowed).toEqual(atFullSpeed);
  expect(atFullSpeed.total.p95Ms).toBeCloseTo(9, 1);
  expect(told(samplesOf(4), scenario)).not.toEqual(atFullSpeed);
});
