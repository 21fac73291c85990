import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Pair } from './compare-blocks.ts';
import { latencyHistogram, recordLatency } from './latency.ts';

/** What a simulated block came to; its throughput is that of one user who never thinks. */
export interface SimulatedBlock {
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly requestsPerSecond: number;
}

const REQUESTS = 1500;
const BODY = { medianMs: 4, sigma: 0.6 };
/** Garbage collection, a checkpoint, a lost packet: one request in fifty waits, as Pareto's distribution has it. */
const TAIL = { share: 0.02, leastMs: 10, exponent: 1.5 };
/** How much one block differs from the one before: the machine's speed wanders. */
const WANDERING = 0.04;
/** And what only one block has: where its files lie, which core it got. */
const ONE_BLOCK = 0.02;

/** As many as make it rare that one experiment sees the same chance twice. */
const CHANCES = 2_000;

/**
 * What 1,500 requests of an even speed come to, again and again: drawn once, because a request costs as much to simulate as to
 * record, and thousands of experiments are made of them.
 */
const chances: readonly SimulatedBlock[] = (() => {
  const { unit, normal } = randomOf(7);
  const histogram = latencyHistogram();
  return Array.from({ length: CHANCES }, () => {
    histogram.reset();
    for (let request = 0; request < REQUESTS; request += 1) {
      const waitMs = unit() < TAIL.share ? TAIL.leastMs * (1 - unit()) ** (-1 / TAIL.exponent) : 0;
      recordLatency(histogram, BODY.medianMs * Math.exp(BODY.sigma * normal()) + waitMs);
    }
    const atMs = (percentile: number): number => histogram.getValueAtPercentile(percentile) / 1000;
    return { p50Ms: atMs(50), p95Ms: atMs(95), p99Ms: atMs(99), requestsPerSecond: 1e6 / histogram.mean };
  });
})();

function randomOf(seed: number) {
  const generator = xoroshiro128plus(seed);
  const unit = (): number => uniformFloat64(generator);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit());
  return { unit, normal };
}

/**
 * Rounds of blocks, one of each treatment, with latencies as measured ones look: a log-normal body, a heavy tail, a speed of the
 * machine that wanders from block to block, and chance of each block's own. Every second round runs backwards, so that two treatments
 * run ABBA.
 *
 * @param shifts by treatment, of every latency: 1.1 for 10 % slower
 */
export function simulateRounds(
  shifts: Readonly<Record<string, number>>,
  rounds: number,
  seed: number,
): Map<string, SimulatedBlock>[] {
  const { unit, normal } = randomOf(seed);
  let speed = 0;
  const block = (factor: number): SimulatedBlock => {
    speed += WANDERING * normal();
    const slowness = factor * Math.exp(speed + ONE_BLOCK * normal());
    const drawn = chances[Math.floor(unit() * CHANCES)];
    if (!drawn) throw new Error('a draw is beyond the table.');
    const { p50Ms, p95Ms, p99Ms, requestsPerSecond } = drawn;
    return {
      p50Ms: slowness * p50Ms,
      p95Ms: slowness * p95Ms,
      p99Ms: slowness * p99Ms,
      requestsPerSecond: requestsPerSecond / slowness,
    };
  };
  const treatments = Object.entries(shifts);
  return Array.from({ length: rounds }, (_, round) => {
    const order = round % 2 === 0 ? treatments : treatments.toReversed();
    return new Map(order.map(([treatment, shift]) => [treatment, block(shift)]));
  });
}

/** @param shift of every latency of the candidate */
export const simulatePairs = (pairs: number, shift: number, seed: number): Pair<SimulatedBlock>[] =>
  simulateRounds({ baseline: 1, candidate: shift }, pairs, seed).flatMap((round) => {
    const [baseline, candidate] = [round.get('baseline'), round.get('candidate')];
    return baseline && candidate ? [{ baseline, candidate }] : [];
  });
