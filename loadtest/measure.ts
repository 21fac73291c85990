import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { placeShards, type SeededShard } from '../fixtures/index.ts';
import {
  type Deployment,
  deploymentOf,
  type Plane,
  type Platform,
  startPlatform,
  type Topology,
} from '../reference-worker/local/index.ts';
import { bundleScript } from './bundle-script.ts';
import { type DriveOptions, drive, phaseWindows } from './generator/index.ts';
import { type LoadedAccount, type LoadedSystem, loadedAccount } from './journey/index.ts';
import { writePlan } from './plan.ts';
import { UsageWatch } from './plane-use/usage-watch.ts';
import { modelledRun } from './queue-model/index.ts';
import type { Scenario } from './scenarios/index.ts';
import { system } from './system.ts';
import type { Evidence, Observations } from './verdict/signals.ts';

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
  /** With which users sign their tokens, where they do. */
  readonly jwtSecret: string;
  readonly scenario: Scenario;
  /** How D1 and KV behave; its clock is a real one. */
  readonly plane: Plane;
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
  readonly beside?: ((platform: Platform, jwtSecret: string) => Beside | undefined) | undefined;
}

/** The same on a topology of the reference system, with the documents of its shards. */
export interface Measurement extends Omit<PlannedLoad, 'system' | 'account' | 'deployment' | 'jwtSecret'> {
  readonly topology: Topology;
  /** The account that the virtual users belong to. */
  readonly underTest: string;
  readonly kvCache: boolean;
  readonly shards: readonly SeededShard[];
  /** The Worker's source file; the reference Worker unless told otherwise. */
  readonly entry?: string;
}

/**
 * Serves a fresh copy of the seed to k6 until it is done; nothing is left running.
 *
 * @throws PlatformError, FixtureError, LoadTestError, or the reason of `signal`
 */
export async function measure(measurement: Measurement): Promise<Evidence> {
  const { topology, underTest, kvCache, plane, shards, stateDir, signal, entry } = measurement;
  await placeShards(shards, stateDir, signal);
  const secrets = { jwtSecret: newSecret(), sealSecret: newSecret() };
  const platform = await startPlatform({ topology, stateDir, kvCache, secrets, plane, entry });
  const deployment = platform.deployments.find(({ name }) => name === deploymentOf(topology, underTest));
  const [account] = shards.flatMap(({ plans, data }) =>
    plans.filter((plan) => plan.account === underTest).map((plan) => loadedAccount(plan, data.model, system)),
  );
  try {
    if (!deployment || !account) throw new Error(`topology ${topology.name} does not place ${underTest}.`);
    const { jwtSecret } = secrets;
    return await measureOn(platform, { ...measurement, system, account, deployment, jwtSecret });
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
  const { plane, jwtSecret, signal } = load;
  const usage = new UsageWatch(platform.plane);
  let beside: Beside | undefined;
  try {
    signal.throwIfAborted();
    const files = await writeScript(load);
    beside = load.beside?.(platform, jwtSecret);
    const observations = await driveAll(load, platform, { ...files, jwtSecret });
    // A data plane that has died says nothing any more; that it died is told elsewhere.
    const faultReports = await platform.plane.faultReports().catch(() => undefined);
    const { scenario, aggregate } = observations;
    const windows = phaseWindows(scenario.phases, aggregate.startedAtMs);
    const counting = windows.filter(({ counts }) => counts);
    const use = usage.within(counting);
    const useByPhase = new Map(counting.map((window) => [window.name, usage.within([window])]));
    const modelled = await modelledRun({ scenario, plane, aggregate, useByPhase });
    return { ...observations, plane, faultReports, use, useByPhase, modelled };
  } finally {
    usage.stop();
    await beside?.stop();
  }
}

/** Writes down what k6 runs: the script, and what its users are to do. */
async function writeScript({ system, account, deployment, scenario, stateDir }: PlannedLoad) {
  const planFile = join(stateDir, 'plan.json');
  writePlan(planFile, account, scenario, deployment.urls, { placement: deployment.name, system });
  const script = join(stateDir, 'journey.js');
  await bundleScript(script, system);
  return { script, planFile };
}

const driveAll = (
  { scenario, k6File, generators = 1, dashboard = false, k6Outputs = [], signal }: PlannedLoad,
  platform: Platform,
  script: Pick<DriveOptions, 'script' | 'planFile' | 'jwtSecret'>,
): Promise<Observations> =>
  drive({ platform, scenario, k6File, generators, dashboard, outputs: k6Outputs, signal, ...script });

const newSecret = (): string => randomBytes(32).toString('base64url');
