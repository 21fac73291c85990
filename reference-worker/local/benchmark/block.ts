import { z } from 'zod';
import { BenchmarkError } from './errors.ts';

const count = z.int().nonnegative();

/** What wrk measured in one go, as wrk-report.lua writes it. */
export const BenchmarkBlock = z.strictObject({
  /** Responses that were read to their end, whatever their status. */
  requests: count,
  durationUs: z.number().positive(),
  /** `status` is a response of 400 or more; a `timeout` is a response that took longer than allowed. */
  errors: z.strictObject({ connect: count, read: count, write: count, status: count, timeout: count }),
  /** Each latency, and how often it was measured; wrk has corrected them for coordinated omission. */
  latencyUs: z.array(z.tuple([count, count])),
});
export type BenchmarkBlock = z.infer<typeof BenchmarkBlock>;
export type Errors = BenchmarkBlock['errors'];

/**
 * Finds the block in what wrk printed.
 *
 * @throws BenchmarkError `part_failed` with the output when there is none
 */
export function parseBlock(output: string): BenchmarkBlock {
  const [, json] = /^block (\{.*\})$/m.exec(output) ?? [];
  if (json === undefined) throw new BenchmarkError('part_failed', `wrk did not report. It said:\n${output}`);
  return BenchmarkBlock.parse(JSON.parse(json));
}

/** Responses that are no errors, a second. */
export const successesPerSecond = ({ requests, errors, durationUs }: BenchmarkBlock): number =>
  (requests - errors.status) / (durationUs / 1e6);

/**
 * A percentile of all latencies of several blocks together, in milliseconds; NaN without any.
 *
 * @param percent above 0, at most 100
 */
export function percentileMs(blocks: readonly BenchmarkBlock[], percent: number): number {
  const counts = blocks.flatMap(({ latencyUs }) => latencyUs).sort(([a], [b]) => a - b);
  const total = counts.reduce((sum, [, times]) => sum + times, 0);
  let seen = 0;
  for (const [us, times] of counts) {
    seen += times;
    if (times > 0 && seen >= (percent / 100) * total) return us / 1000;
  }
  return Number.NaN;
}

export function errorTotalsOf(blocks: readonly BenchmarkBlock[]): Errors {
  const sum = (kind: keyof Errors): number => blocks.reduce((total, { errors }) => total + errors[kind], 0);
  return {
    connect: sum('connect'),
    read: sum('read'),
    write: sum('write'),
    status: sum('status'),
    timeout: sum('timeout'),
  };
}

export const errorCount = (blocks: readonly BenchmarkBlock[]): number =>
  Object.values(errorTotalsOf(blocks)).reduce((sum, each) => sum + each, 0);

/** `no errors`, or the kinds that there were. */
export function describeErrors(blocks: readonly BenchmarkBlock[]): string {
  const there = Object.entries(errorTotalsOf(blocks)).filter(([, times]) => times > 0);
  return there.length === 0
    ? 'no errors'
    : there.map(([kind, times]) => `${times} ${kind} errors`).join(', ');
}
