import { cpus } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import pidusage from 'pidusage';
import type { ProcessUsage } from '../../reports/schema/index.ts';
import type { PhaseWindow } from './asked-load.ts';
import { canCountDescriptors, descriptorsPercent } from './descriptors.ts';

/** What a process held of memory at some moment. */
export interface MemoryReading {
  /** Since the epoch. */
  readonly atSeconds: number;
  /** Bytes. */
  readonly value: number;
}

export interface WatchedProcess {
  readonly role: ProcessUsage['role'];
  readonly name: string;
  readonly pid: number;
}

/** What went on around the measurement. */
export interface Surroundings {
  readonly processes: readonly ProcessUsage[];
  /** In the phases that count, by the name of the process, once a second. */
  readonly memory: ReadonlyMap<string, readonly MemoryReading[]>;
  /** Percent of the seconds that count in which every core was busy; NaN when nothing was sampled then. */
  readonly machineFullPercent: number;
  /** The same for each phase, by its name. */
  readonly machineFullPercentByPhase: ReadonlyMap<string, number>;
  /** How busy the machine was in the phases that count, and in each phase. */
  readonly cpu: MachineCpu;
  readonly cpuByPhase: ReadonlyMap<string, MachineCpu>;
  /** 99th percentile of how late this process's event loop ran. */
  readonly runnerDelayP99Ms: number;
  /** The same of the data plane; undefined: it could not say any more. */
  readonly dataPlaneDelayP99Ms: number | undefined;
  /** The largest step of the wall clock against the monotonic one within a second. */
  readonly clockJumpMs: number;
  /** Percent of its limit of open files that a generator used at most; undefined: no /proc on this system. */
  readonly descriptorsPercent: number | undefined;
  /** Requests that the generators had no socket for. */
  readonly socketErrors: number;
}

/** Means over a stretch of time; NaN when nothing was sampled in it. */
export interface MachineCpu {
  readonly cores: number;
  /** Of all cores together, 0 to 100. */
  readonly busyPercent: number;
  /** What processes used that are not part of this run, in percent of one core. */
  readonly foreignPercent: number;
  /** Percent of the seconds in which every core was busy and those others took a tenth of the machine or more. */
  readonly crowdedPercent: number;
}

/** What the watch itself sees of it. */
export type Watched = Omit<Surroundings, 'dataPlaneDelayP99Ms' | 'socketErrors'>;

interface UsageSample {
  readonly atMs: number;
  readonly machineCpuPercent: number;
  /** This process's own, in percent of one core; undefined when it could not be read. */
  readonly ownCpuPercent: number | undefined;
  /** In the order of the watched processes; undefined for one that has ended. */
  readonly processes: readonly ({ readonly cpu: number; readonly memory: number } | undefined)[];
}

export interface Clocks {
  wallMs(): number;
  monotonicMs(): number;
}

const SAMPLE_EVERY_MS = 1000;
/** The kernel's own accounting rarely shows a clean 100. */
const FULL_PERCENT = 97;
/** Of the machine: less comes and goes with its own housekeeping. */
const FOREIGN_PERCENT = 10;
const realClocks: Clocks = { wallMs: () => Date.now(), monotonicMs: () => performance.now() };

/** Samples CPU, memory, descriptors and clocks once a second, from the moment it is made until it is stopped. */
export class GeneratorWatch {
  readonly #watched: readonly WatchedProcess[];
  readonly #clocks: Clocks;
  readonly #samples: UsageSample[] = [];
  readonly #delay = monitorEventLoopDelay({ resolution: 10 });
  readonly #timer: NodeJS.Timeout;
  #before = readCpuTimes();
  #clockOffsetMs: number;
  #clockJumpMs = 0;
  #descriptorsPercent = canCountDescriptors() ? 0 : undefined;

  constructor(watched: readonly WatchedProcess[], clocks = realClocks) {
    this.#watched = watched;
    this.#clocks = clocks;
    this.#clockOffsetMs = this.#offsetMs();
    this.#delay.enable();
    this.#timer = setInterval(() => void this.sample(), SAMPLE_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#delay.disable();
  }

  /**
   * @param phases CPU counts in those that count only, because the rest is warm-up; all else counts always. Told
   *   afterwards, because only the samples say when the load began.
   */
  surroundings(phases: readonly PhaseWindow[]): Watched {
    const within = ({ fromMs, toMs }: PhaseWindow): UsageSample[] =>
      this.#samples.filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
    const counted = phases.filter(({ counts }) => counts).flatMap(within);
    return {
      processes: this.#watched.map((watched, at) => this.#usageOf(watched, at, counted)),
      memory: new Map(this.#watched.map(({ name }, at) => [name, memoryOf(counted, at)])),
      machineFullPercent: fullPercent(counted),
      machineFullPercentByPhase: new Map(phases.map((phase) => [phase.name, fullPercent(within(phase))])),
      cpu: machineCpu(counted),
      cpuByPhase: new Map(phases.map((phase) => [phase.name, machineCpu(within(phase))])),
      runnerDelayP99Ms: this.#delay.percentile(99) / 1e6,
      clockJumpMs: this.#clockJumpMs,
      descriptorsPercent: this.#descriptorsPercent,
    };
  }

  /** Looks once. The timer does it; a test may do it more often. */
  async sample(): Promise<void> {
    const machineCpuPercent = this.#machineCpuPercent();
    this.#compareClocks();
    this.#countDescriptors();
    // A process that has ended cannot be sampled; that it ended is the concern of whoever started it.
    const pids = [process.pid, ...this.#watched.map(({ pid }) => pid)];
    const [own, ...processes] = await Promise.all(pids.map((pid) => pidusage(pid).catch(() => undefined)));
    this.#samples.push({ atMs: Date.now(), machineCpuPercent, ownCpuPercent: own?.cpu, processes });
  }

  /** From one look to the next, so that a clock that is slewed, as NTP does all day, is no jump. */
  #compareClocks(): void {
    const offsetMs = this.#offsetMs();
    this.#clockJumpMs = Math.max(this.#clockJumpMs, Math.abs(offsetMs - this.#clockOffsetMs));
    this.#clockOffsetMs = offsetMs;
  }

  #offsetMs(): number {
    return this.#clocks.wallMs() - this.#clocks.monotonicMs();
  }

  #countDescriptors(): void {
    if (this.#descriptorsPercent === undefined) return;
    for (const { pid } of this.#watched.filter(({ role }) => role === 'generator'))
      this.#descriptorsPercent = Math.max(this.#descriptorsPercent, descriptorsPercent(pid) ?? 0);
  }

  #machineCpuPercent(): number {
    const now = readCpuTimes();
    const before = this.#before;
    this.#before = now;
    return 100 * (1 - (now.idleMs - before.idleMs) / (now.totalMs - before.totalMs));
  }

  #usageOf({ role, name }: WatchedProcess, at: number, counted: readonly UsageSample[]): ProcessUsage {
    const cpuPercents = counted.flatMap(({ processes }) => processes[at]?.cpu ?? []);
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

const fullPercent = (samples: readonly UsageSample[]): number =>
  mean(samples.map(({ machineCpuPercent }) => (machineCpuPercent >= FULL_PERCENT ? 100 : 0)));

function machineCpu(samples: readonly UsageSample[]): MachineCpu {
  const cores = cpus().length;
  // Two looks at one moment of the kernel's account tell nothing.
  const told = samples.filter(({ machineCpuPercent }) => Number.isFinite(machineCpuPercent));
  const seconds = told.map(({ machineCpuPercent, ownCpuPercent = 0, processes }) => {
    const ours = processes.reduce((sum, usage) => sum + (usage?.cpu ?? 0), ownCpuPercent);
    return { machineCpuPercent, foreignPercent: Math.max(0, machineCpuPercent * cores - ours) };
  });
  const isCrowded = ({ machineCpuPercent, foreignPercent }: (typeof seconds)[number]): boolean =>
    machineCpuPercent >= FULL_PERCENT && foreignPercent >= FOREIGN_PERCENT * cores;
  return {
    cores,
    busyPercent: mean(seconds.map((second) => second.machineCpuPercent)),
    foreignPercent: mean(seconds.map((second) => second.foreignPercent)),
    crowdedPercent: mean(seconds.map((second) => (isCrowded(second) ? 100 : 0))),
  };
}

const memoryOf = (samples: readonly UsageSample[], at: number): MemoryReading[] =>
  samples.flatMap(({ atMs, processes }) => {
    const usage = processes[at];
    return usage ? [{ atSeconds: atMs / 1000, value: usage.memory }] : [];
  });

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
