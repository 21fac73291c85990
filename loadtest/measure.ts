import { join } from 'node:path';
import { memberName, scatter } from '../fixtures/generator/index.ts';
import { placeShards, type SeededShard } from '../fixtures/index.ts';
import type { AccountPlan, Placed } from '../reference-worker/target/index.ts';
import {
  type Behaviour,
  concurrently,
  type Deployment,
  deploymentOf,
  type Platform,
  type Topology,
} from '../reference-worker/target/index.ts';
import { bundleScript } from './bundle-script.ts';
import {
  type DriveOptions,
  drive,
  mergeSamples,
  type Observations,
  type OtherTenant,
  phaseWindows,
} from './generator/index.ts';
import {
  type LoadedAccount,
  type LoadedSystem,
  loadedAccount,
  type VisitedDocuments,
  visitedBy,
  visitedDocuments,
} from './journey/index.ts';
import { urlsOf, writePlan } from './plan.ts';
import { UsageWatch } from './platform-use/index.ts';
import { modelledRun } from './queue-model/index.ts';
import type { Scenario } from './scenarios/index.ts';
import { Schedule } from './schedule.ts';
import { slowBehaviour, slowScenario } from './slow-motion.ts';
import { StatementWatch } from './statements/index.ts';
import { sum } from './sum.ts';
import type { LoadSubject } from './system.ts';
import type { Evidence } from './verdict/index.ts';

/** Accounts whose tokens are made side by side. */
const OPENED_AT_ONCE = 20;

/** May be stopped again. */
export interface Beside {
  stop(): Promise<unknown>;
}

/** A tenant at work beside the one that a run is about. */
export type TenantBeside = OtherTenant & Pick<PlannedLoad, 'scenario'>;
type PlannedBeside = TenantBeside & Pick<PlannedLoad, 'deployment'> & { readonly loaded: LoadedAccount };

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
  /** Other tenants, whose users come and go with these. */
  readonly others?: readonly PlannedBeside[] | undefined;
  /** Something that works beside the users, from before the first of them to after the last. */
  readonly beside?: (() => Beside | undefined) | undefined;
}

/** The same in a placement of a system that is started for it, with the documents of its shards. */
export interface Measurement
  extends Omit<PlannedLoad, 'system' | 'account' | 'deployment' | 'jwtSecret' | 'beside' | 'others'> {
  readonly subject: LoadSubject;
  readonly topology: Topology;
  readonly kvCache: boolean;
  readonly shards: readonly SeededShard[];
  /** The Worker's source file; that of the system unless told otherwise. */
  readonly entry?: string;
  readonly beside?: (placed: Placed) => Beside | undefined;
  /** Other tenants of the topology, whose users come and go with those of the one under test. */
  readonly others?: readonly TenantBeside[] | undefined;
}

/**
 * Serves a fresh copy of the seed to k6 until it is done; nothing is left running.
 *
 * @throws PlatformError, FixtureError, LoadTestError, or the reason of `signal`
 */
export async function measure(measurement: Measurement): Promise<Evidence> {
  const { subject, topology, kvCache, behaviour, shards, stateDir, signal, entry, beside } = measurement;
  const { system, placements } = subject;
  await placeShards(shards, stateDir, signal);
  const slowed = slowBehaviour(behaviour, measurement.scenario.slowMotion);
  const placed = await placements.start({ topology, stateDir, kvCache, behaviour: slowed, entry });
  const { platform, jwtSecret } = placed;
  try {
    const { loaded: account, deployment } = await usersOf(placements.underTest, measurement, placed);
    const others = await Promise.all(
      (measurement.others ?? []).map(async (other) => ({
        ...other,
        ...(await usersOf(other.account, measurement, placed)),
      })),
    );
    const load = { ...measurement, system, account, deployment, jwtSecret, others };
    return await measureOn(platform, { ...load, beside: () => beside?.(placed) });
  } finally {
    await platform.stop();
  }
}

/** What the load has to know of an account, and what serves it. */
async function usersOf(
  account: string,
  measurement: Measurement,
  placed: Placed,
): Promise<Pick<PlannedBeside, 'loaded' | 'deployment'>> {
  const { topology, shards } = measurement;
  const { system, data } = measurement.subject;
  const { platform } = placed;
  const deployment = platform.deployments.find(({ name }) => name === deploymentOf(topology, account));
  const plan = shards.flatMap(({ plans }) => plans).find((each) => each.account === account);
  if (!deployment || !plan) throw new Error(`topology ${topology.name} does not place ${account}.`);
  const loaded = {
    ...loadedAccount(plan, data.model, system, givenIds(shards, account)),
    ...(await identified(plan, measurement.scenario.virtualUsers, placed)),
    ...(visitedBy(system) && { visited: await visitedBeside(account, measurement, placed) }),
  };
  return { loaded, deployment };
}

/** What visitors look at: every account that the same deployment serves, that of the users first. */
async function visitedBeside(
  account: string,
  { subject: { system, data }, topology, shards }: Measurement,
  { tokenOf }: Placed,
): Promise<VisitedDocuments[]> {
  const deployment = deploymentOf(topology, account);
  const plans = shards
    .flatMap((shard) => shard.plans)
    .filter((plan) => deploymentOf(topology, plan.account) === deployment)
    .toSorted((one, other) => Number(other.account === account) - Number(one.account === account));
  const visited: VisitedDocuments[] = [];
  for (const plan of plans) {
    const token = await tokenOf(plan.account, 0);
    visited.push(visitedDocuments(plan, data.model, system, token, givenIds(shards, plan.account)));
  }
  return visited;
}

/** What its users come with: tokens, where they sign none, and of many accounts as many as there are users, spread over all of them. */
async function identified(
  { account, members }: AccountPlan,
  users: number,
  { jwtSecret, tokenOf }: Placed,
): Promise<Pick<LoadedAccount, 'members' | 'tokens'>> {
  if (members === undefined) return jwtSecret === undefined ? { tokens: [await tokenOf(account, 0)] } : {};
  const names = Array.from({ length: Math.min(users, members) }, (_, user) =>
    memberName(account, scatter(user, members)),
  );
  const tokens: string[] = [];
  await concurrently(names.entries(), OPENED_AT_ONCE, undefined, async ([user, name]) => {
    tokens[user] = await tokenOf(account, user, name);
  });
  return { members: names, tokens };
}

/** The ids that a Worker gave the documents of an account, where it has made them. */
export const givenIds = (shards: readonly SeededShard[], account: string) =>
  shards.map(({ manifest }) => manifest.ids?.[account]).find((ids) => ids !== undefined);

/**
 * Lets the users of an account work with a system that is running, and goes on running.
 *
 * @throws LoadTestError, or the reason of `signal`
 */
export async function measureOn(platform: Platform, load: PlannedLoad): Promise<Evidence> {
  const { behaviour, jwtSecret = '', signal } = load;
  const usage = new UsageWatch(platform.control, load.scenario.slowMotion);
  let beside: Beside | undefined;
  let schedule: Schedule | undefined;
  try {
    signal.throwIfAborted();
    const { system, stateDir, others = [] } = load;
    const files = await writeScript(load, '');
    const driven = [];
    for (const { loaded, deployment, ...other } of others) {
      const planned = { ...other, system, stateDir, account: loaded, deployment };
      driven.push({ ...other, ...(await writeScript(planned, `-${other.account}`)) });
    }
    const watch = new StatementWatch(platform);
    await watch.start();
    beside = load.beside?.();
    schedule = system.copies && new Schedule(platform.control, system.copies, load.scenario);
    const observations = await driveAll(load, platform, { ...files, jwtSecret, others: driven });
    // A data plane that has died says nothing any more; that it died is told elsewhere.
    const faultReports = await platform.control.faultReports().catch(() => undefined);
    // Nobody may write while rows are counted.
    schedule?.stop();
    await beside?.stop();
    const statements = observations.death ? undefined : await watch.finish();
    const { scenario, aggregate } = observations;
    const windows = phaseWindows(scenario.phases, aggregate.startedAtMs);
    const counting = windows.filter(({ counts }) => counts);
    const use = usage.within(counting);
    const useByPhase = new Map(counting.map((window) => [window.name, usage.within([window])]));
    const modelled = modelledRun({ ...everybody(observations), behaviour, useByPhase });
    const scheduled = schedule?.ran;
    return { ...observations, behaviour, faultReports, use, useByPhase, modelled, statements, scheduled };
  } finally {
    schedule?.stop();
    usage.stop();
    await beside?.stop();
  }
}

/** What the databases were asked for comes from the users of all tenants together. */
function everybody({
  scenario,
  aggregate,
  others = [],
}: Observations): Pick<Observations, 'scenario' | 'aggregate'> {
  if (others.length === 0) return { scenario, aggregate };
  const all = [{ scenario, aggregate }, ...others];
  const virtualUsers = sum(all.map((each) => each.scenario.virtualUsers));
  return {
    scenario: { ...scenario, virtualUsers },
    aggregate: mergeSamples(
      scenario,
      all.map((each) => each.aggregate),
    ),
  };
}

/** Writes down what k6 runs: the script, and what its users are to do. @param suffix of the files' names */
async function writeScript(
  {
    system,
    account,
    deployment,
    scenario,
    stateDir,
  }: Pick<PlannedLoad, 'system' | 'account' | 'deployment' | 'scenario' | 'stateDir'>,
  suffix: string,
) {
  const planFile = join(stateDir, `plan${suffix}.json`);
  writePlan(planFile, account, slowScenario(scenario), urlsOf(account, system, deployment.urls), {
    placement: deployment.name,
    system,
  });
  const script = join(stateDir, `journey${suffix}.js`);
  await bundleScript(script, system, account);
  return { script, planFile };
}

const driveAll = (
  { scenario, k6File, generators = 1, dashboard = false, k6Outputs = [], signal }: PlannedLoad,
  platform: Platform,
  script: Pick<DriveOptions, 'script' | 'planFile' | 'jwtSecret' | 'others'>,
): Promise<Observations> =>
  drive({ platform, scenario, k6File, generators, dashboard, outputs: k6Outputs, signal, ...script });
