import type { Clock } from './clock.ts';
import { RealClock } from './real-clock.ts';
import { VirtualClock } from './virtual-clock.ts';

export { type Clock, delay } from './clock.ts';
export { RealClock } from './real-clock.ts';
export { VirtualClock } from './virtual-clock.ts';

/** A clock, and how to step it where it does not run by itself. */
export interface Time {
  readonly clock: Clock;
  advance(ms: number): Promise<void>;
  /** How long until something happens, or undefined where nothing is planned or time runs by itself. */
  untilNextMs(): number | undefined;
}

export function timeOf(kind: 'real' | 'virtual'): Time {
  if (kind === 'virtual') {
    const clock = new VirtualClock();
    return { clock, advance: (ms) => clock.advance(ms), untilNextMs: () => clock.untilNextMs() };
  }
  return {
    clock: new RealClock(),
    advance: () => Promise.reject(new Error('A real clock cannot be stepped.')),
    untilNextMs: () => undefined,
  };
}
