import { sampleComparison } from '../../comparison/testing/sample-comparison.ts';
import { sampleConformance } from '../../conformance/testing/sample-conformance.ts';
import { generatorSignal, leakSignal, objectiveSignal, sampleResult } from '../../testing/sample-result.ts';
import { type Entry, entryOf } from '../entry.ts';
import type { History } from '../read-runs.ts';

/** @param at hours after the first run */
const at = (hours: number) => {
  const startedAt = new Date(Date.UTC(2026, 10, 21, 9 + hours)).toISOString();
  return { startedAt, runId: `${startedAt.replaceAll(':', '')}-steady` };
};

const SIGNALS = {
  PASS: [leakSignal(0), generatorSignal(60), objectiveSignal(14)],
  FAIL: [leakSignal(0), generatorSignal(60), objectiveSignal(31)],
  VOID: [leakSignal(0), generatorSignal(99), objectiveSignal(14)],
} as const;

/** A run of the same question each time. */
export const sampleEntry = (hours: number, outcome: keyof typeof SIGNALS, requestsPerSecond = 900): Entry =>
  entryOf(
    sampleResult({
      ...at(hours),
      verdict: { outcome, signal: 'none', reason: '' },
      signals: [...SIGNALS[outcome]],
      load: { ...sampleResult().load, requestsPerSecond },
    }),
  );

/** Runs of every kind and outcome, one of another machine, and one that another version wrote. */
export const sampleHistory = (): History => ({
  entries: [
    sampleEntry(0, 'PASS', 880),
    sampleEntry(3, 'PASS', 912),
    sampleEntry(5, 'VOID', 77_777),
    sampleEntry(9, 'FAIL', 640),
    sampleEntry(30, 'PASS', 931),
    { ...sampleEntry(31, 'PASS', 4_321), machine: 'Other CPU, 16 cores, linux x64' },
    entryOf(sampleConformance()),
    entryOf(sampleComparison()),
  ],
  notShown: [{ runId: '2026-11-20T090000Z-old', reason: 'result.json has schema version 1.' }],
});
