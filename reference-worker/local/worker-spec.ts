import type { Behaviour } from './behaviour/index.ts';
import { type Bundle, type BundleSource, bundleWorker, writeBundle } from './bundle/index.ts';
import { PlatformError } from './errors.ts';
import type { BundleFiles } from './isolate/index.ts';
import { POPS } from './pops.ts';
import type { Server } from './server.ts';
import type { UpstreamSpec } from './upstream/index.ts';
import type {
  Compatibility,
  ObjectsBinding,
  ObjectsClass,
  RateLimitBinding,
  ScriptConfig,
  ServiceBinding,
} from './workerd/index.ts';
import { type AssetsBinding, assetsServices, popService } from './workerd/index.ts';

/** One Worker script with its bindings. */
export interface WorkerSpec {
  readonly name: string;
  /** What it is bundled from. */
  readonly source: BundleSource;
  /** D1 databases, by binding: the ids of databases of this platform. */
  readonly databases: Readonly<Record<string, string>>;
  /** KV namespaces, by binding: any ids; the same id is the same namespace. */
  readonly namespaces: Readonly<Record<string, string>>;
  /** R2 buckets, by binding: any names; the same name is the same bucket. */
  readonly buckets?: Readonly<Record<string, string>>;
  /** By name: text, or what JSON can say. */
  readonly vars: Readonly<Record<string, unknown>>;
  /** Text that is kept off the disk. */
  readonly secrets: Readonly<Record<string, string>>;
  /** How workerd behaves towards it; as of 2026-10-20 unless told otherwise. */
  readonly compatibility?: Compatibility;
  /** Whether Workers Cache stands in front of it; where the behaviour says so it does in any case. */
  readonly workersCache?: boolean;
  readonly rateLimits?: readonly RateLimitBinding[];
  readonly assets?: AssetsBinding | undefined;
  readonly services?: readonly ServiceBinding[];
  readonly objects?: readonly ObjectsBinding[];
  /** Its own classes of Durable Objects. */
  readonly classes?: readonly ObjectsClass[];
  /** The expressions on which its `scheduled` handler runs. */
  readonly crons?: readonly string[];
  /** APIs that it calls, by the variable in which it finds their address. */
  readonly upstreams?: Readonly<Record<string, UpstreamSpec>>;
  /** The Workers that only its bindings lead to. */
  readonly beside?: readonly WorkerSpec[];
}

/** The scripts of one deployment, the first of which answers requests. */
export const scriptsOf = (spec: WorkerSpec): [WorkerSpec, ...WorkerSpec[]] => [spec, ...(spec.beside ?? [])];

/** As a new Worker has it; `nodejs_compat` is on by default since 2026-08-04. */
const NEWEST: Compatibility = { date: '2026-10-20', flags: [] };

/** What the bindings of Workers lead to. */
export interface Backends {
  readonly dataPlane: Server;
  readonly behaviour: Behaviour;
}

/** A script as workerd has it. */
export const scriptConfig = async (
  spec: WorkerSpec,
  bundle: BundleFiles,
  { dataPlane, behaviour }: Backends,
): Promise<ScriptConfig> => ({
  name: spec.name,
  bundle,
  compatibility: spec.compatibility ?? NEWEST,
  databases: boundTo(spec.databases, 'd1', dataPlane),
  namespaces: boundTo(spec.namespaces, 'kv', dataPlane),
  workersCache: spec.workersCache || behaviour.workersCache,
  buckets: boundTo(spec.buckets ?? {}, 'r2', dataPlane),
  vars: { ...spec.vars, ...addressesOf(spec, dataPlane) },
  secrets: Object.fromEntries(Object.keys(spec.secrets).map((name) => [name, variableOf(spec.name, name)])),
  rateLimits: spec.rateLimits ?? [],
  assets: spec.assets && {
    binding: spec.assets.binding,
    services: await assetsServices(
      { ...spec.assets, script: spec.name, compatibility: spec.compatibility ?? NEWEST },
      POPS,
      (pop) => popService(pop, spec.name),
    ),
  },
  services: spec.services ?? [],
  objects: spec.objects ?? [],
  classes: spec.classes ?? [],
  hasCrons: (spec.crons ?? []).length > 0,
});

const addressesOf = ({ upstreams = {} }: WorkerSpec, dataPlane: Server): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.keys(upstreams).map((name) => [name, `http://localhost:${dataPlane.portOf(`upstream/${name}`)}`]),
  );

const boundTo = (bindings: Readonly<Record<string, string>>, kind: 'd1' | 'kv' | 'r2', dataPlane: Server) =>
  Object.entries(bindings).map(([binding, id]) => ({ binding, port: dataPlane.portOf(`${kind}/${id}`) }));

/** Two scripts in one process may have secrets of the same name, and a shell passes no name on that is none to it. */
const variableOf = (script: string, secret: string): string =>
  `${script.replaceAll(/\W/g, '_')}__${secret.replaceAll(/\W/g, '_')}`;

/** The environment in which workerd finds the secrets of these scripts. */
export const secretsIn = (scripts: readonly WorkerSpec[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    scripts.flatMap(({ name, secrets }) =>
      Object.entries(secrets).map(([secret, value]) => [variableOf(name, secret), value]),
    ),
  );

/** Bundles each source once. */
export function bundler(stateDir: string): (spec: WorkerSpec) => Promise<BundleFiles> {
  const bundled = new Map<BundleSource, Promise<BundleFiles>>();
  return (spec) => {
    const { source } = spec;
    const files =
      bundled.get(source) ??
      bundleWorker(source).then((bundle) => {
        assertExported(spec, bundle);
        return writeBundle(bundle, stateDir, spec.name);
      });
    bundled.set(source, files);
    return files;
  };
}

/** workerd would start without a class of Durable Objects, and fail at each call. */
function assertExported({ source, classes = [] }: WorkerSpec, { exports }: Bundle): void {
  const missing = classes.filter(({ className }) => exports && !exports.includes(className));
  if (missing.length === 0) return;
  throw new PlatformError(
    'worker_does_not_build',
    `${source.entry} does not export ${missing.map(({ className }) => className).join(', ')}, which its migrations have made ` +
      'a class of Durable Objects. Export it from the main module.',
  );
}
