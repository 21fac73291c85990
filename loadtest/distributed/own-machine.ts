import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { sendHttp, TransportError } from '../../reference-worker/target/index.ts';
import type { PhaseWindow } from '../generator/index.ts';
import type { RunnerReport } from '../verdict/index.ts';

const SAMPLE_EVERY_MS = 1_000;

/** Looks once a second at how long the control group of this process was held back by its processor limit (cgroups(7)). */
export class ThrottleWatch {
  readonly #readings: { readonly atMs: number; readonly throttledMs: number }[] = [];
  readonly #read: () => number | undefined;
  readonly #timer: NodeJS.Timeout;

  constructor(read = throttledMs) {
    this.#read = read;
    this.sample();
    this.#timer = setInterval(() => this.sample(), SAMPLE_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.sample();
  }

  /** Looks once. The timer does it; a test may do it more often. */
  sample(atMs = Date.now()): void {
    const throttled = this.#read();
    if (throttled !== undefined) this.#readings.push({ atMs, throttledMs: throttled });
  }

  /** @returns percent of the phases that count, which may be above 100 where several cores wait; undefined: nothing tells */
  percentWithin(phases: readonly PhaseWindow[]): number | undefined {
    const counted = phases.filter(({ counts }) => counts);
    const fromMs = Math.min(...counted.map((phase) => phase.fromMs));
    const toMs = Math.max(...counted.map((phase) => phase.toMs));
    const inside = this.#readings.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
    const [first, last] = [inside[0], inside.at(-1)];
    if (!first || !last || last.atMs === first.atMs) return undefined;
    return (100 * (last.throttledMs - first.throttledMs)) / (last.atMs - first.atMs);
  }
}

/** In version 2 of control groups, `0::` and the path below the mount (cgroups(7)). A container sees its own as the root. */
function throttledMs(): number | undefined {
  try {
    const path = /^0::(.*)$/m.exec(readFileSync('/proc/self/cgroup', 'utf8'))?.[1];
    if (path === undefined) return undefined;
    const micros = /^throttled_usec (\d+)$/m.exec(
      readFileSync(`/sys/fs/cgroup${path}/cpu.stat`, 'utf8'),
    )?.[1];
    return micros === undefined ? undefined : Number(micros) / 1_000;
  } catch {
    // Another system than Linux, or a group without the controller: nothing limits there, or nothing tells.
    return undefined;
  }
}

const PROBES = 9;
/** No divisor of a second: each probe meets another part of the second that the Date header counts in. */
const PROBE_EVERY_MS = 137;
const PROBE_TIMEOUT_MS = 5_000;

/**
 * Holds this machine's clock against the target's by the Date headers of some answers. Each says that the target's clock stood
 * within one second when it was written, somewhere between sending and receiving; together they leave some hundred milliseconds.
 *
 * @param url base URL of the target
 * @returns by how much the target is ahead; undefined where it says no time, does not answer, or was set meanwhile
 */
export async function clockOffsetTo(
  url: string,
  signal: AbortSignal,
): Promise<RunnerReport['surroundings']['clockOffsetMs']> {
  let [low, high] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let probe = 0; probe < PROBES; probe += 1) {
    if (probe > 0) await delay(PROBE_EVERY_MS, undefined, { signal });
    const sentAtMs = Date.now();
    const dateMs = await dateOf(url, signal);
    if (dateMs === undefined) return undefined;
    low = Math.max(low, dateMs - Date.now());
    high = Math.min(high, dateMs + 1_000 - sentAtMs);
  }
  return low <= high ? { low, high } : undefined;
}

async function dateOf(url: string, signal: AbortSignal): Promise<number | undefined> {
  try {
    const request = { method: 'HEAD', path: '/', headers: {} };
    const { headers } = await sendHttp(url, request, { signal, timeoutMs: PROBE_TIMEOUT_MS });
    const dateMs = Date.parse(headers.date ?? '');
    return Number.isNaN(dateMs) ? undefined : dateMs;
  } catch (error) {
    if (error instanceof TransportError && !signal.aborted) return undefined;
    throw error;
  }
}
