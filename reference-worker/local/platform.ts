import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleWorker } from './bundle.ts';
import { launchDataPlane, launchWorker, type Secrets } from './launch.ts';
import { assertPortsFree } from './ports.ts';
import { awaitAnswer, type Server } from './server.ts';
import { ACCOUNTS_DATABASE, prepareState } from './state.ts';
import { claimState } from './state-lock.ts';
import { POPS, type Pop, type Topology } from './topology.ts';

export interface PlatformOptions {
  readonly topology: Topology;
  /** Holds the databases, the logs and what workerd reads; one platform at a time. */
  readonly stateDir: string;
  /** Whether the Worker gets its optional KV binding (A10). */
  readonly kvCache: boolean;
  readonly secrets: Secrets;
  /** The Worker's source file; the reference Worker unless told otherwise. */
  readonly entry?: string | undefined;
  /** The first of consecutive ports, one for each deployment and PoP; free ones unless told otherwise. */
  readonly port?: number | undefined;
}

export interface PlatformProcess {
  readonly role: 'worker' | 'data-plane';
  readonly name: string;
  readonly pid: number;
}

export interface PlatformFailure extends PlatformProcess {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The end of the process's log. */
  readonly log: string;
}

export interface Deployment {
  readonly name: string;
  readonly urls: Readonly<Record<Pop, string>>;
}

export interface Platform {
  readonly deployments: readonly Deployment[];
  readonly processes: readonly PlatformProcess[];
  /** Resolves when a process ends that nobody stopped; stays pending otherwise, also after `stop`. */
  readonly failed: Promise<PlatformFailure>;
  /** Ends every process and gives the state folder back. May be called again. */
  stop(): Promise<void>;
}

interface Running extends PlatformProcess {
  readonly server: Server;
}

/**
 * Runs the deployments of a topology on this machine: real workerd, one process for each deployment and one
 * socket for each PoP, in front of a data plane that keeps every D1 database in a SQLite file of `stateDir`.
 * Everything listens on 127.0.0.1, and no process outlives the caller.
 *
 * @throws PlatformError, after which nothing is left running and nothing in `stateDir` is lost
 */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const releaseState = claimState(options.stateDir);
  const running: Running[] = [];
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopped ??= stopAll(running).finally(releaseState);
    return stopped;
  };
  try {
    const deployments = await launch(options, running);
    const processes = running.map(({ role, name, pid }) => ({ role, name, pid }));
    const failed = Promise.race(running.map((one) => failureOf(one, () => stopped !== undefined)));
    return { deployments, processes, failed, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Starts everything in order, and adds each process to `running` as soon as it runs. */
async function launch(options: PlatformOptions, running: Running[]): Promise<Deployment[]> {
  const { topology, stateDir, kvCache, secrets } = options;
  const ports = topology.deployments.map((_, index) => portsOf(index, options.port));
  await assertPortsFree(ports.flatMap((each) => [...each.values()]).filter((port) => port > 0));
  const files = prepareState(topology, stateDir);
  writeFileSync(join(stateDir, 'worker.js'), (await bundleWorker(options.entry)).code);

  const dataPlane = await launchDataPlane({ databases: files, kv: kvCache }, stateDir);
  running.push({ role: 'data-plane', name: 'data-plane', pid: dataPlane.process.pid, server: dataPlane });

  const deployments: Deployment[] = [];
  for (const [index, { name, shardIds }] of topology.deployments.entries()) {
    const shards = topology.shards.filter(({ id }) => shardIds.includes(id));
    const databases = [{ id: ACCOUNTS_DATABASE, binding: 'ACCOUNTS' }, ...shards];
    const config = {
      bundle: 'worker.js',
      ports: ports[index] ?? new Map(),
      databases: databases.map(({ id, binding }) => ({ binding, port: dataPlane.portOf(`d1/${id}`) })),
      kvPort: kvCache ? dataPlane.portOf('kv') : undefined,
    };
    const server = await launchWorker(name, config, secrets, stateDir);
    running.push({ role: 'worker', name, pid: server.process.pid, server });
    for (const pop of POPS) await awaitAnswer(server, pop);
    deployments.push({
      name,
      urls: { LHR: urlOf(server, 'LHR'), MAN: urlOf(server, 'MAN'), EDI: urlOf(server, 'EDI') },
    });
  }
  return deployments;
}

const portsOf = (deployment: number, base: number | undefined): ReadonlyMap<Pop, number> =>
  new Map(POPS.map((pop, index) => [pop, base === undefined ? 0 : base + deployment * POPS.length + index]));

/** The Worker's base domain: an address of the form 127.0.0.1 would name no account and be refused (421). */
const urlOf = (server: Server, pop: Pop): string => `http://localhost:${server.portOf(pop)}`;

async function failureOf(
  { server, ...identity }: Running,
  isStopping: () => boolean,
): Promise<PlatformFailure> {
  const exit = await server.process.exited;
  if (isStopping()) return new Promise(() => undefined);
  return { ...identity, ...exit, log: server.lastLines() };
}

/** Workers first, so that none sees its databases go. */
async function stopAll(running: readonly Running[]): Promise<void> {
  const stopRole = (wanted: PlatformProcess['role']) =>
    Promise.all(running.filter(({ role }) => role === wanted).map(({ server }) => server.process.stop()));
  await stopRole('worker');
  await stopRole('data-plane');
}
