import { hostname } from 'node:os';
import { GeneratorWatch, phaseWindows, SampleAggregator, startK6 } from '../generator/index.ts';
import { isLocal } from '../k6/index.ts';
import { sum } from '../sum.ts';
import type { RunnerReport } from '../verdict/index.ts';
import type { PreparedLoad } from './load-folder.ts';
import { clockOffsetTo, ThrottleWatch } from './own-machine.ts';
import type { RunnerResult } from './runner-result.ts';

/** A deployment or a restart is over sooner; a target that answers nothing for as long does not recover under a load. */
const STOP_SECONDS = 15;
const STOP_SHARE = 0.5;
const STOP_MIN_REQUESTS = 50;

export interface SegmentOptions {
  readonly load: PreparedLoad;
  readonly segment: RunnerReport['segment'];
  readonly k6File: string;
  readonly jwtSecret: string;
  /** When the load begins, milliseconds since the epoch; undefined: at once. */
  readonly startAtMs?: number | undefined;
  /** What else is on the command line of k6. */
  readonly further?: readonly string[];
  /** Told once a second how it goes. */
  readonly onProgress?: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Lets k6 do one part of a load, and watches this machine meanwhile.
 *
 * @returns what is known of it, also of a k6 that ended before its time, was stopped because nearly everything failed, or was
 *   interrupted by `signal`: who cleans up must know what it has written
 */
export async function runSegment(options: SegmentOptions): Promise<RunnerResult> {
  const { load, segment, k6File, jwtSecret, startAtMs, further = [], onProgress, signal } = options;
  const { scenario, id, tags, script, planFile, sha256 } = load;
  const aggregator = new SampleAggregator(scenario);
  const k6 = startK6({
    ...{ name: 'k6', file: k6File, script, planFile, jwtSecret, segment, startAtMs },
    ...{ outputs: [], dashboard: false, virtualUsers: scenario.virtualUsers },
    // Those on the command line replace all tags of the script, and k6-operator has some of its own there.
    further: [...Object.entries(tags).flatMap(([name, value]) => ['--tag', `${name}=${value}`]), ...further],
    onSample: (sample) => aggregator.add(sample),
  });
  const watch = new GeneratorWatch([
    { role: 'generator', name: `k6 ${segment.index + 1}/${segment.of}`, pid: k6.pid },
  ]);
  const throttle = new ThrottleWatch();
  const stop = (): void => void k6.stop();
  let stoppedFor: RunnerReport['stoppedFor'];
  const progress = setInterval(() => {
    onProgress?.(describe(aggregator));
    stoppedFor ??= failingNow(aggregator);
    if (stoppedFor) stop();
  }, 1_000);
  signal.addEventListener('abort', stop);
  try {
    const [{ code, signal: by, log }, clockOffsetMs] = await Promise.all([k6.ended, offsetTo(load, signal)]);
    watch.stop();
    throttle.stop();
    const samples = aggregator.samples();
    const windows = phaseWindows(scenario.phases, samples.startedAtMs);
    const {
      memory: _,
      machineFullPercentByPhase: __,
      cpuByPhase: ___,
      ...watched
    } = watch.surroundings(windows);
    const socketErrors = k6.socketErrors();
    const throttledPercent = throttle.percentWithin(windows);
    return {
      ...{
        load: id,
        sha256,
        host: hostname(),
        segment,
        ending: { code, signal: by },
        log,
        samples,
        stoppedFor,
      },
      surroundings: { ...watched, socketErrors, throttledPercent, clockOffsetMs },
    };
  } finally {
    signal.removeEventListener('abort', stop);
    clearInterval(progress);
    watch.stop();
    throttle.stop();
  }
}

/** A target on this machine has this machine's clock. */
async function offsetTo({ target }: PreparedLoad, signal: AbortSignal) {
  if (isLocal(target)) return undefined;
  return clockOffsetTo(target, signal).catch((error: unknown) => {
    if (signal.aborted) return undefined;
    throw error;
  });
}

/** Whoever hurts a target more than it can bear stops. @returns what failed of the last seconds, when that was nearly all */
function failingNow(aggregator: SampleAggregator): RunnerReport['stoppedFor'] {
  const seconds = aggregator.samples().seconds.slice(-STOP_SECONDS);
  const requests = sum(seconds.map((second) => second.requests));
  const failures = sum(seconds.map((second) => second.failures));
  const isOver = seconds.length === STOP_SECONDS && requests >= STOP_MIN_REQUESTS;
  return isOver && failures > STOP_SHARE * requests
    ? { failures, requests, seconds: STOP_SECONDS }
    : undefined;
}

function describe(aggregator: SampleAggregator): string {
  const { virtualUsers, requestsPerSecond, bodiesChecked } = aggregator.progress();
  return `${virtualUsers} users, ${requestsPerSecond} requests/s, ${bodiesChecked} bodies checked`;
}
