import { join } from 'node:path';
import { placeShards, type SeededShard } from '../fixtures/index.ts';
import type { Placed } from '../reference-worker/target/index.ts';
import {
  type Behaviour,
  type Deployment,
  deploymentOf,
  type Platform,
  type Topology,
} from '../reference-worker/target/index.ts';
import { bundleScript } from './bundle-script.ts';
import { type DriveOptions, drive, type Observations, phaseWindows } from './generator/index.ts';
import { type LoadedAccount, type LoadedSystem, loadedAccount } from './journey/index.ts';
import { writePlan } from './plan.ts';
import { UsageWatch } from './platform-use/index.ts';
import { modelledRun } from './queue-model/index.ts';
import type { Scenario } from './scenarios/index.ts';
import { slowBehaviour, slowScenario } from './slow-motion.ts';
import type { LoadSubject } from './system.ts';
import type { Evidence } from './verdict/index.ts';

/** May be stopped again. */
export interface Beside {
  stop(): Promise<unknown>;
}

/** Users at work with a system that is running. */
export interface PlannedLoad {
  readonly system: LoadedSystem;
  /** Whose users they are. */
  readonly account: LoadedAccount;
  /** What serves it: its name, and its base URLs by PoP. */
  readonly deployment: Pick<Deployment, 'name' | 'urls'>;
  /** With which users sign their tokens; absent where the account has tokens. */
  readonly jwtSecret?: string | undefined;
  readonly scenario: Scenario;
  /** How D1 and KV behave, in production's time; its clock is a real one. */
  readonly behaviour: Behaviour;
  readonly k6File: string;
  /** How many k6 processes share the load. */
  readonly generators?: number;
  /** Whether k6's web dashboard is served on 127.0.0.1. */
  readonly dashboard?: boolean;
  /** Further outputs of k6, as its --out takes them. */
  readonly k6Outputs?: readonly string[];
  /** Where logs and the k6 script go; one measurement at a time. */
  readonly stateDir: string;
  readonly signal: AbortSignal;
  /** Something that works beside the users, from before the first of them to after the last. */
  readonly beside?: (() => Beside | undefined) | undefined;
}

/** The same in a placement of a system that is started for it, with the documents of its shards. */
export interface Measurement
  extends Omit<PlannedLoad, 'system' | 'account' | 'deployment' | 'jwtSecret' | 'beside'> {
  readonly subject: LoadSubject;
  readonly topology: Topology;
  readonly kvCache: boolean;
  readonly shards: readonly SeededShard[];
  /** The Worker's source file; that of the system unless told otherwise. */
  readonly entry?: string;
  readonly beside?: (placed: Placed) => Beside | undefined;
}

/**
 * Serves a fresh copy of the seed to k6 until it is done; nothing is left running.
 *
 * @throws PlatformError, FixtureError, LoadTestError, or the reason of `signal`
 */
export async function measure(measurement: Measurement): Promise<Evidence> {
  const { subject, topology, kvCache, behaviour, shards, stateDir, signal, entry, beside } = measurement;
  const { system, data, placements } = subject;
  const { underTest } = placements;
  await placeShards(shards, stateDir, signal);
  const slowed = slowBehaviour(behaviour, measurement.scenario.slowMotion);
  const placed = await placements.start({ topology, stateDir, kvCache, behaviour: slowed, entry });
  const { platform, jwtSecret } = placed;
  try {
    const deployment = platform.deployments.find(({ name }) => name === deploymentOf(topology, underTest));
    const plan = shards.flatMap(({ plans }) => plans).find(({ account }) => account === underTest);
    if (!deployment || !plan) throw new Error(`topology ${topology.name} does not place ${underTest}.`);
    const account = {
      ...loadedAccount(plan, data.model, system),
      ...(jwtSecret === undefined && { tokens: [await placed.tokenOf(underTest, 0)] }),
    };
    const load = { ...measurement, system, account, deployment, jwtSecret };
    return await measureOn(platform, { ...load, beside: () => beside?.(placed) });
  } finally {
    await platform.stop();
  }
}

/**
 * Lets the users of an account work with a system that is running, and goes on running.
 *
 * @throws LoadTestError, or the reason of `signal`
 */
export async function measureOn(platform: Platform, load: PlannedLoad): Promise<Evidence> {
  const { behaviour, jwtSecret = '', signal } = load;
  const usage = new UsageWatch(platform.control, load.scenario.slowMotion);
  let beside: Beside | undefined;
  try {
    signal.throwIfAborted();
    const files = await writeScript(load);
    beside = load.beside?.();
    const observations = await driveAll(load, platform, { ...files, jwtSecret });
    // A data plane that has died says nothing any more; that it died is told elsewhere.
    const faultReports = await platform.control.faultReports().catch(() => undefined);
    const { scenario, aggregate } = observations;
    const windows = phaseWindows(scenario.phases, aggregate.startedAtMs);
    const counting = windows.filter(({ counts }) => counts);
    const use = usage.within(counting);
    const useByPhase = new Map(counting.map((window) => [window.name, usage.within([window])]));
    const modelled = await modelledRun({ scenario, behaviour, aggregate, useByPhase });
    return { ...observations, behaviour, faultReports, use, useByPhase, modelled };
  } finally {
    usage.stop();
    await beside?.stop();
  }
}

/** Writes down what k6 runs: the script, and what its users are to do. */
async function writeScript({ system, account, deployment, scenario, stateDir }: PlannedLoad) {
  const planFile = join(stateDir, 'plan.json');
  writePlan(planFile, account, slowScenario(scenario), deployment.urls, {
    placement: deployment.name,
    system,
  });
  const script = join(stateDir, 'journey.js');
  await bundleScript(script, system, account);
  return { script, planFile };
}

const driveAll = (
  { scenario, k6File, generators = 1, dashboard = false, k6Outputs = [], signal }: PlannedLoad,
  platform: Platform,
  script: Pick<DriveOptions, 'script' | 'planFile' | 'jwtSecret'>,
): Promise<Observations> =>
  drive({ platform, scenario, k6File, generators, dashboard, outputs: k6Outputs, signal, ...script });
