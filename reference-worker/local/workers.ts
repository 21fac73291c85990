import { join, resolve } from 'node:path';
import { Behaviour, type BehaviourInput } from './behaviour/index.ts';
import { type Crons, coldStartsIn, type Isolate } from './data-plane/index.ts';
import { launchBuckets, launchDataPlane, launchRowCounter, launchWorker } from './launch.ts';
import { type Operator, operatorOf } from './operator.ts';
import { type PlatformControl, platformControl } from './platform-control.ts';
import { POPS, type Pop } from './pops.ts';
import { assertPortsFree } from './ports.ts';
import { type RowCounter, removeCounter } from './row-counts/index.ts';
import { tellDatabases } from './running.ts';
import { awaitAnswer, type Server } from './server.ts';
import type { DatabaseFile } from './state.ts';
import { claimState } from './state-lock.ts';
import { bundler, scriptConfig, scriptsOf, secretsIn, type WorkerSpec } from './worker-spec.ts';
import { type WorkerUse, workerUse } from './worker-use.ts';
import { controlSocket, cronSocket } from './workerd/index.ts';

export interface WorkersOptions {
  /** Holds the databases, the logs and what workerd reads; one platform at a time. */
  readonly stateDir: string;
  readonly workers: readonly WorkerSpec[];
  /** Called once the state folder is ours; makes the databases. */
  readonly prepare: () => readonly DatabaseFile[];
  /** How D1 and KV behave; `instant`, without lag and faults, unless told otherwise. */
  readonly behaviour?: BehaviourInput | undefined;
  /** The first of consecutive ports, one for each Worker and PoP; free ones unless told otherwise. */
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
  readonly control: PlatformControl;
  /** What each Worker has used of what Cloudflare allows it. */
  use(): Promise<readonly WorkerUse[]>;
  /** Counts rows on its databases; undefined where the behaviour leaves them `untold`. */
  readonly rows: Pick<RowCounter, 'count'> | undefined;
  /** Past the Worker: its databases and namespaces. */
  readonly operator: Operator;
  /** Resolves when a process ends that nobody stopped; stays pending otherwise, also after `stop`. */
  readonly failed: Promise<PlatformFailure>;
  /** Ends every process and gives the state folder back. May be called again. */
  stop(): Promise<void>;
}

const ROW_COUNTER = 'row-counter';

interface Running extends PlatformProcess {
  readonly server: Server;
}

/**
 * Runs Workers on this machine: real workerd, one process for each and one socket and isolate for each PoP, in front
 * of a data plane that keeps every D1 database in a SQLite file. Everything listens on 127.0.0.1, and no process
 * outlives the caller.
 *
 * @throws PlatformError, after which nothing is left running and nothing in `stateDir` is lost; ZodError for a behaviour
 *   that is not one
 */
export async function startWorkers(options: WorkersOptions): Promise<Platform> {
  const behaviour = Behaviour.parse(options.behaviour ?? {});
  const releaseState = claimState(options.stateDir);
  const running: Running[] = [];
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopped ??= stopAll(running)
      .finally(() => removeCounter(options.stateDir))
      .finally(releaseState);
    return stopped;
  };
  try {
    const { deployments, control, operator, rows } = await launch(options, behaviour, running);
    const processes = running.map(({ role, name, pid }) => ({ role, name, pid }));
    const failed = Promise.race(running.map((one) => failureOf(one, () => stopped !== undefined)));
    const use = () =>
      Promise.all(
        running
          .filter(({ role }) => role === 'worker')
          .map(({ name, pid, server }) => workerUse(name, pid, controlUrls(name, server))),
      );
    // Those of the Workers beside it too: they share its process, and their invocations count.
    const controlUrls = (name: string, server: Server): string[] =>
      options.workers
        .filter((spec) => spec.name === name)
        .flatMap(({ beside = [] }) => [undefined, ...beside.map((each) => each.name)])
        .flatMap((script) => POPS.map((pop) => urlOf(server, controlSocket(pop, script))));
    return { deployments, processes, control, use, rows, operator, failed, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Starts everything in order, and adds each process to `running` as soon as it runs. */
async function launch(
  options: WorkersOptions,
  behaviour: Behaviour,
  running: Running[],
): Promise<Pick<Platform, 'control' | 'operator' | 'rows'> & { deployments: Deployment[] }> {
  const { workers, stateDir } = options;
  const ports = workers.map((_, index) => portsOf(index, options.port));
  await assertPortsFree(ports.flatMap((each) => [...each.values()]).filter((port) => port > 0));
  const databases = [...options.prepare()];
  const bundleOf = bundler(stateDir);
  // Before anything runs: a Worker that does not build is the likeliest mistake.
  for (const script of workers.flatMap(scriptsOf)) await bundleOf(script);
  const coldStarts = coldStartsOf(behaviour);

  const namespaces = [
    ...new Set(workers.flatMap(scriptsOf).flatMap((script) => Object.values(script.namespaces))),
  ];
  const upstreams = Object.assign({}, ...workers.flatMap(scriptsOf).map((script) => script.upstreams ?? {}));
  const buckets = [
    ...new Set(workers.flatMap(scriptsOf).flatMap((script) => Object.values(script.buckets ?? {}))),
  ];
  const bucketServer = buckets.length > 0 ? await launchBuckets(buckets, stateDir) : undefined;
  if (bucketServer)
    running.push({
      role: 'data-plane',
      name: 'buckets',
      pid: bucketServer.process.pid,
      server: bucketServer,
    });
  const bucketPorts = Object.fromEntries(
    buckets.map((name) => [name, bucketServer?.portOf(`r2/${name}`) ?? 0]),
  );

  const dataPlane = await launchDataPlane(
    { databases, namespaces, upstreams, buckets: bucketPorts, behaviour },
    stateDir,
  );
  running.push({ role: 'data-plane', name: 'data-plane', pid: dataPlane.process.pid, server: dataPlane });

  const control = platformControl(dataPlane.portOf('control'));
  const rows =
    behaviour.rows === 'untold' || databases.length === 0
      ? undefined
      : await launchRowCounter(databases, stateDir);
  if (rows) {
    const { server } = rows;
    running.push({ role: 'data-plane', name: ROW_COUNTER, pid: server.process.pid, server });
    await control.setRowCounters(Object.fromEntries(rows.urls));
  }

  const deployments: Deployment[] = [];
  const isolates: Isolate[] = [];
  const crons: Crons[] = [];
  for (const [index, spec] of workers.entries()) {
    const specs = scriptsOf(spec);
    const configOf = async (each: WorkerSpec) =>
      scriptConfig(each, await bundleOf(each), { dataPlane, behaviour });
    const [first, ...beside] = specs;
    const server = await launchWorker(
      {
        name: spec.name,
        seed: behaviour.seed,
        plan: behaviour.plan,
        isolatesPerPop: behaviour.isolatesPerPop,
        coldStarts,
        ports: ports[index] ?? new Map(),
        cachePort: dataPlane.portOf('cache'),
        limitsPort: dataPlane.portOf('limits'),
        scripts: await Promise.all([configOf(first), ...beside.map(configOf)]),
        objectsDir: join(resolve(stateDir), 'objects', spec.name),
      },
      secretsIn(specs),
      stateDir,
    );
    running.push({ role: 'worker', name: spec.name, pid: server.process.pid, server });
    // Not a request to the Worker: that could have effects, and on a virtual clock it could wait for ever.
    for (const pop of POPS) await awaitAnswer(server, controlSocket(pop));
    deployments.push({
      name: spec.name,
      urls: { LHR: urlOf(server, 'LHR'), MAN: urlOf(server, 'MAN'), EDI: urlOf(server, 'EDI') },
    });
    isolates.push(...isolatesOf(specs, server, coldStarts));
    crons.push(...cronsOf(specs, server));
  }
  await control.setIsolates({ isolates, crons });
  // Last, so that the times of planned faults count from the moment at which the platform can be used.
  await control.setFaults(behaviour.faults);
  tellDatabases(
    stateDir,
    Object.fromEntries(databases.map(({ id }) => [id, `http://127.0.0.1:${dataPlane.portOf(`d1/${id}`)}`])),
  );
  return {
    deployments,
    control,
    rows,
    operator: operatorOf(dataPlane, behaviour.clock === 'virtual' ? control : undefined),
  };
}

/** The cold starts that will be wanted in each PoP, as far as one can know. */
function coldStartsOf({ faults, coldStarts }: Behaviour): Readonly<Record<Pop, number>> {
  const wanted = (pop: Pop): number => (coldStarts[pop] ?? 0) + coldStartsIn(faults, pop);
  return { LHR: wanted('LHR'), MAN: wanted('MAN'), EDI: wanted('EDI') };
}

const isolatesOf = (
  [first, ...beside]: readonly [WorkerSpec, ...WorkerSpec[]],
  server: Server,
  coldStarts: Readonly<Record<Pop, number>>,
): Isolate[] =>
  [undefined, ...beside.map(({ name }) => name)].flatMap((script) =>
    POPS.map((pop) => ({
      pop,
      url: urlOf(server, controlSocket(pop, script)),
      coldStarts: coldStarts[pop],
      callsOthers: beside.length > 0 || [first, ...beside].some(({ objects = [] }) => objects.length > 0),
    })),
  );

const cronsOf = (scripts: readonly WorkerSpec[], server: Server): Crons[] =>
  scripts.flatMap(({ name, crons = [] }) =>
    crons.length === 0
      ? []
      : [{ worker: name, url: urlOf(server, cronSocket(name)), expressions: [...crons] }],
  );

const portsOf = (worker: number, base: number | undefined): ReadonlyMap<Pop, number> =>
  new Map(POPS.map((pop, index) => [pop, base === undefined ? 0 : base + worker * POPS.length + index]));

/** By name: an address of the form 127.0.0.1 would name no account to a Worker that tells accounts by hostname. */
const urlOf = (server: Server, socket: string): string => `http://localhost:${server.portOf(socket)}`;

async function failureOf(
  { server, ...identity }: Running,
  isStopping: () => boolean,
): Promise<PlatformFailure> {
  const exit = await server.process.exited;
  if (isStopping()) return new Promise(() => undefined);
  return { ...identity, ...exit, log: server.lastLines() };
}

/** Workers first, so that none sees its databases go; and the data plane is the last that has them open. */
async function stopAll(running: readonly Running[]): Promise<void> {
  const stopThose = (areWanted: (one: Running) => boolean) =>
    Promise.all(running.filter(areWanted).map(({ server }) => server.process.stop()));
  await stopThose(({ role }) => role === 'worker');
  await stopThose(({ name }) => name === ROW_COUNTER);
  await stopThose(({ role, name }) => role === 'data-plane' && name !== ROW_COUNTER);
}
