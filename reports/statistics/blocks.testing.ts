import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { latencyHistogram, recordLatency } from '../latency.ts';
import type { Pair } from './compare-blocks.ts';

/** What a simulated block came to; its throughput is that of one user who never thinks. */
export interface SimulatedBlock {
  readonly p95Ms: number;
  readonly requestsPerSecond: number;
}

const REQUESTS = 1500;
const BODY = { medianMs: 4, sigma: 0.6 };
/** Garbage collection, a checkpoint, a lost packet: one request in fifty waits, by Pareto's law. */
const TAIL = { share: 0.02, leastMs: 10, exponent: 1.5 };
/** How much one block differs from the one before: the machine's speed wanders. */
const WANDERING = 0.04;
/** And what only one block has: where its files lie, which core it got. */
const ONE_BLOCK = 0.02;

/**
 * Blocks of a comparison in ABBA order, with latencies as measured ones look: a log-normal body, a heavy tail, a speed of the
 * machine that wanders from block to block, and chance of each block's own.
 *
 * @param shift of every latency of the candidate: 1.1 for 10 % slower
 */
export function simulatePairs(pairs: number, shift: number, seed: number): Pair<SimulatedBlock>[] {
  const generator = xoroshiro128plus(seed);
  const unit = (): number => uniformFloat64(generator);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit());
  const histogram = latencyHistogram();
  let speed = 0;
  const block = (factor: number): SimulatedBlock => {
    speed += WANDERING * normal();
    const slowness = factor * Math.exp(speed + ONE_BLOCK * normal());
    histogram.reset();
    for (let request = 0; request < REQUESTS; request += 1) {
      const waitMs = unit() < TAIL.share ? TAIL.leastMs * (1 - unit()) ** (-1 / TAIL.exponent) : 0;
      recordLatency(histogram, slowness * (BODY.medianMs * Math.exp(BODY.sigma * normal()) + waitMs));
    }
    return { p95Ms: histogram.getValueAtPercentile(95) / 1000, requestsPerSecond: 1e6 / histogram.mean };
  };
  return Array.from({ length: pairs }, (_, pair) => {
    const isBaselineFirst = pair % 2 === 0;
    const first = block(isBaselineFirst ? 1 : shift);
    const second = block(isBaselineFirst ? shift : 1);
    return isBaselineFirst ? { baseline: first, candidate: second } : { baseline: second, candidate: first };
  });
}
