import { setTimeout as delay } from 'node:timers/promises';
import type { Platform, PlatformFailure } from '../../reference-worker/target/index.ts';
import { startProgress, timeLeft } from '../../reports/command/index.ts';
import { durationSecondsOf, type Scenario } from '../scenarios/index.ts';
import { mergeSamples } from './aggregate.ts';
import { SampleAggregator } from './aggregator.ts';
import { phaseWindows } from './asked-load.ts';
import { onMachineClock } from './model-time.ts';
import type { Death, Observations, OtherTenant } from './observations.ts';
import { DASHBOARD_URL, type K6Ending, type K6Options, type K6Run, startK6 } from './run-k6.ts';
import { GeneratorWatch } from './watch.ts';

export interface DriveOptions
  extends Pick<K6Options, 'script' | 'planFile' | 'jwtSecret' | 'outputs' | 'dashboard'> {
  readonly platform: Pick<Platform, 'processes' | 'failed'> & {
    readonly control: Pick<Platform['control'], 'usage'>;
  };
  readonly scenario: Scenario;
  readonly k6File: string;
  /** k6 processes that share the load, at least 1. */
  readonly generators: number;
  readonly others?: readonly OtherDriven[];
  readonly signal: AbortSignal;
}

/** Users of another tenant, who come and go at the same time: a k6 process of its own. */
export type OtherDriven = OtherTenant & Pick<DriveOptions, 'scenario' | 'script' | 'planFile'>;

/** One k6 process, and what its samples come to. */
interface Generator {
  /** Whose users it has; undefined: those that the run is about. */
  readonly other: OtherDriven | undefined;
  readonly k6: K6Run;
  readonly aggregator: SampleAggregator;
}

/** How much longer than planned k6 may take to start and to stop. */
const OVERTIME_MS = 60_000;
/** k6 ends only when the last window of its dashboard is closed. */
const DASHBOARD_OVERTIME_MS = 3_600_000;
const LOG_LINES = 6;

/** How long the load takes by this machine's clock. */
const plannedMs = (scenario: Scenario): number => durationSecondsOf(scenario) * 1000 * scenario.slowMotion;

/**
 * Lets k6 work against the platform until it is done or something dies, and gathers what was measured.
 *
 * @throws the reason of `signal`; every k6 has been stopped then
 */
export async function drive(options: DriveOptions): Promise<Observations> {
  const { platform, scenario, dashboard } = options;
  if (dashboard)
    process.stderr.write(`dashboard: ${DASHBOARD_URL}; close its window when the load is over\n`);
  const generators = startGenerators(options);
  const watch = new GeneratorWatch([
    ...platform.processes,
    ...generators.map(({ k6: { name, pid } }) => ({ role: 'generator' as const, name, pid })),
  ]);
  const stopProgress = showProgress(generators, options);
  const death = await untilEnd(generators, options).finally(async () => {
    stopProgress();
    await Promise.all(generators.map(({ k6 }) => k6.stop()));
    // Their last samples count too: a leak in the last response is a leak.
    await Promise.all(generators.map(({ k6 }) => k6.ended));
    watch.stop();
  });
  const aggregate = mergeSamples(
    scenario,
    generators.flatMap(({ other, aggregator }) => (other ? [] : [aggregator.samples()])),
  );
  const others = generators.flatMap(({ other, aggregator }) =>
    other ? [{ ...other, aggregate: mergeSamples(other.scenario, [aggregator.samples()]) }] : [],
  );
  // A data plane that has died says nothing any more; that it died is told elsewhere.
  const usage = await platform.control.usage().catch(() => undefined);
  const surroundings = {
    ...watch.surroundings(
      phaseWindows(scenario.phases, aggregate.startedAtMs).map((window) =>
        onMachineClock(window, scenario.slowMotion),
      ),
    ),
    dataPlaneDelayP99Ms: usage?.eventLoopDelayP99Ms,
    socketErrors: generators.reduce((sum, { k6 }) => sum + k6.socketErrors(), 0),
  };
  return { scenario, aggregate, others, surroundings, death };
}

function startGenerators(options: DriveOptions): Generator[] {
  const { generators, dashboard, outputs, others = [] } = options;
  return [
    ...Array.from({ length: generators }, (_, index) => ({
      other: undefined,
      ...startGenerator({
        ...options,
        name: generators === 1 ? 'k6' : `k6-${index + 1}`,
        segment: { index, of: generators },
        // One window is enough: it shows the part of the first generator.
        dashboard: dashboard && index === 0,
        outputs,
      }),
    })),
    ...others.map((other) => ({
      other,
      ...startGenerator({
        ...{ ...options, ...other },
        name: `k6 of ${other.account}`,
        segment: { index: 0, of: 1 },
        dashboard: false,
        outputs: [],
      }),
    })),
  ];
}

function startGenerator({
  scenario,
  k6File,
  ...options
}: DriveOptions & Pick<K6Options, 'name' | 'segment'>): Omit<Generator, 'other'> {
  const aggregator = new SampleAggregator(scenario);
  const k6 = startK6({
    ...options,
    file: k6File,
    virtualUsers: scenario.virtualUsers,
    onSample: (sample) => aggregator.add(sample),
  });
  return { k6, aggregator };
}

/** @returns what died before its time, if anything did */
async function untilEnd(
  generators: readonly Generator[],
  { platform, scenario, dashboard, signal }: DriveOptions,
): Promise<Death | undefined> {
  const over = new AbortController();
  const limitMs = plannedMs(scenario) + (dashboard ? DASHBOARD_OVERTIME_MS : OVERTIME_MS);
  const tooLate: Death = { role: 'generator', name: 'k6', detail: `did not end within ${limitMs / 1000} s` };
  const late = delay(limitMs, tooLate, { signal: AbortSignal.any([signal, over.signal]) }).catch(() => {
    signal.throwIfAborted();
    return undefined;
  });
  try {
    return await Promise.race([firstDeath(generators), platform.failed.then(deathOfPlatform), late]);
  } finally {
    over.abort();
  }
}

/** Resolves with the first generator that dies, or with undefined when all have ended well. */
function firstDeath(generators: readonly Generator[]): Promise<Death | undefined> {
  const deaths = generators.map(async ({ k6 }) => deathOfK6(k6.name, await k6.ended));
  const died = deaths.map((death) => death.then((found) => found ?? new Promise<never>(() => undefined)));
  return Promise.race([...died, Promise.all(deaths).then((all) => all.find((death) => death))]);
}

function deathOfK6(name: string, { code, signal, log }: K6Ending): Death | undefined {
  for (const line of log) process.stderr.write(`${name}: ${line}\n`);
  if (code === 0) return undefined;
  return { role: 'generator', name, detail: `ended with ${signal ?? `code ${code}`}` };
}

function deathOfPlatform({ role, name, code, signal, log }: PlatformFailure): Death {
  for (const line of log.split('\n').slice(-LOG_LINES)) process.stderr.write(`${name}: ${line}\n`);
  return { role, name, detail: `ended with ${signal ?? `code ${code}`}` };
}

/** @returns a function that ends the display */
function showProgress(
  generators: readonly Generator[],
  { scenario, others = [] }: Pick<DriveOptions, 'scenario' | 'others'>,
): () => void {
  const { name, model } = scenario;
  const virtualUsers = others.reduce((all, each) => all + each.scenario.virtualUsers, scenario.virtualUsers);
  const durationMs = plannedMs(scenario);
  const progress = startProgress(
    `load: ${name}, ${virtualUsers} users (${model} model), ${durationMs / 1000} s`,
  );
  const startedAtMs = Date.now();
  const sum = (of: (now: ReturnType<SampleAggregator['progress']>) => number): number =>
    generators.reduce((total, { aggregator }) => total + of(aggregator.progress()), 0);
  const timer = setInterval(() => {
    progress.update(
      `load: ${sum((now) => now.virtualUsers)} of ${virtualUsers} users, ` +
        `${sum((now) => now.requestsPerSecond)} requests/s, ${sum((now) => now.bodiesChecked)} bodies checked, ` +
        timeLeft(startedAtMs, (Date.now() - startedAtMs) / durationMs),
    );
  }, 1000);
  return () => {
    clearInterval(timer);
    progress.done(`load: ${sum((now) => now.bodiesChecked)} bodies checked`);
  };
}
