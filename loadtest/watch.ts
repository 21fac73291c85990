import { cpus } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import pidusage from 'pidusage';
import type { ProcessUsage } from '../reports/schema.ts';
import type { TimeWindow } from './aggregate.ts';

export interface WatchedProcess {
  readonly role: ProcessUsage['role'];
  readonly name: string;
  readonly pid: number;
}

/** What went on around the measurement. */
export interface Surroundings {
  readonly processes: readonly ProcessUsage[];
  /** Percent of the hold's seconds in which every core was busy; NaN when nothing was sampled then. */
  readonly machineFullPercent: number;
  /** 99th percentile of how late this process's event loop ran. */
  readonly runnerDelayP99Ms: number;
}

interface UsageSample {
  readonly atMs: number;
  readonly machineCpuPercent: number;
  /** In the order of the watched processes; undefined for one that has ended. */
  readonly processes: readonly ({ readonly cpu: number; readonly memory: number } | undefined)[];
}

const SAMPLE_EVERY_MS = 1000;
/** The kernel's own accounting rarely shows a clean 100. */
const FULL_PERCENT = 97;

/** Samples CPU and memory once a second, from the moment it is made until it is stopped. */
export class GeneratorWatch {
  readonly #watched: readonly WatchedProcess[];
  readonly #samples: UsageSample[] = [];
  readonly #delay = monitorEventLoopDelay({ resolution: 10 });
  readonly #timer: NodeJS.Timeout;
  #before = readCpuTimes();

  constructor(watched: readonly WatchedProcess[]) {
    this.#watched = watched;
    this.#delay.enable();
    this.#timer = setInterval(() => void this.#sample(), SAMPLE_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#delay.disable();
  }

  /**
   * @param hold CPU counts in this window only, because the ramp is warm-up; memory counts always. Told afterwards,
   *   because a generator that is short of CPU reports its users late.
   */
  surroundings(hold: TimeWindow | undefined): Surroundings {
    const inHold = this.#samples.filter(({ atMs }) => hold && atMs >= hold.fromMs && atMs <= hold.toMs);
    return {
      processes: this.#watched.map((watched, at) => this.#usageOf(watched, at, inHold)),
      machineFullPercent: mean(
        inHold.map(({ machineCpuPercent }) => (machineCpuPercent >= FULL_PERCENT ? 100 : 0)),
      ),
      runnerDelayP99Ms: this.#delay.percentile(99) / 1e6,
    };
  }

  async #sample(): Promise<void> {
    const machineCpuPercent = this.#machineCpuPercent();
    // A process that has ended cannot be sampled; that it ended is the concern of whoever started it.
    const usages = this.#watched.map(({ pid }) => pidusage(pid).catch(() => undefined));
    this.#samples.push({ atMs: Date.now(), machineCpuPercent, processes: await Promise.all(usages) });
  }

  #machineCpuPercent(): number {
    const now = readCpuTimes();
    const before = this.#before;
    this.#before = now;
    return 100 * (1 - (now.idleMs - before.idleMs) / (now.totalMs - before.totalMs));
  }

  #usageOf({ role, name }: WatchedProcess, at: number, inHold: readonly UsageSample[]): ProcessUsage {
    const cpuPercents = inHold.flatMap(({ processes }) => processes[at]?.cpu ?? []);
    const memories = this.#samples.map(({ processes }) => processes[at]?.memory ?? 0);
    return {
      role,
      name,
      meanCpuPercent: cpuPercents.length === 0 ? 0 : mean(cpuPercents),
      peakCpuPercent: Math.max(0, ...cpuPercents),
      peakMemoryBytes: Math.max(0, ...memories),
    };
  }
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

interface CpuTimes {
  readonly idleMs: number;
  readonly totalMs: number;
}

function readCpuTimes(): CpuTimes {
  const times = cpus().map((cpu) => cpu.times);
  const idleMs = times.reduce((sum, { idle }) => sum + idle, 0);
  const totalMs = times.reduce(
    (sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq,
    0,
  );
  return { idleMs, totalMs };
}
