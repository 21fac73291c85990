import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How often Node looks: 100 times a second wakes no idle thread noticeably. */
const RESOLUTION_MS = 10;
const NS_PER_MS = 1e6;

/**
 * Watches the event loop of this thread from now on, without keeping it alive.
 *
 * @returns tells the p99 of how late it ran, in milliseconds since the watch began; 0 while nothing was seen
 */
export function watchEventLoop(): () => number {
  const intervals = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  intervals.enable();
  // Node records the time from one look to the next, and so the resolution itself.
  return () => Math.max(0, intervals.percentile(99) / NS_PER_MS - RESOLUTION_MS);
}
