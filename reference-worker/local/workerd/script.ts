import { type BundleFiles, type IsolateModule, isolateModules, type WorkersPlan } from '../isolate/index.ts';
import type { Pop } from '../pops.ts';
import { assetsService } from './assets.ts';
import type {
  BackendBinding,
  Compatibility,
  ObjectsBinding,
  ObjectsClass,
  RateLimitBinding,
  ServiceBinding,
} from './bindings.ts';
import { listLiteral, literal } from './literal.ts';

/** A Worker script with its bindings. */
export interface ScriptConfig {
  readonly name: string;
  /** The bundled Worker; file names are relative to the configuration file. */
  readonly bundle: BundleFiles;
  readonly compatibility: Compatibility;
  readonly databases: readonly BackendBinding[];
  /** KV namespaces. */
  readonly namespaces: readonly BackendBinding[];
  /** R2 buckets. */
  readonly buckets: readonly BackendBinding[];
  readonly rateLimits: readonly RateLimitBinding[];
  /** Static assets: the services that answer with them, and the binding by which the Worker asks for them. */
  readonly assets: { readonly services: readonly string[]; readonly binding: string | undefined } | undefined;
  /** Whether Workers Cache stands in front of it. */
  readonly workersCache: boolean;
  /** Text and JSON bindings, by name. */
  readonly vars: Readonly<Record<string, unknown>>;
  /** By the names of text bindings: the variables of workerd's environment that have their values, which are never on disk. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly services: readonly ServiceBinding[];
  readonly objects: readonly ObjectsBinding[];
  readonly classes: readonly ObjectsClass[];
  /** Whether its `scheduled` handler can be called, on the `cronSocket`. */
  readonly hasCrons: boolean;
}

/** What all scripts of a deployment have in common. */
export interface SharedConfig {
  readonly seed: number;
  readonly plan: WorkersPlan;
  /** How many isolates serve each PoP. */
  readonly isolatesPerPop: number;
  /** How often the isolates of a PoP can go cold; never where nothing is said. */
  readonly coldStarts: Readonly<Partial<Record<Pop, number>>>;
  /** Where the data plane serves the Cache API. */
  readonly cachePort: number;
  /** Where it serves rate limits. */
  readonly limitsPort: number;
}

/** What Cloudflare would put into `request.cf` for a request that arrives in this PoP (B11). */
const CF: Readonly<Record<Pop, Readonly<Record<string, string>>>> = {
  LHR: { colo: 'LHR', country: 'GB', continent: 'EU', city: 'London', timezone: 'Europe/London' },
  MAN: { colo: 'MAN', country: 'GB', continent: 'EU', city: 'Manchester', timezone: 'Europe/London' },
  EDI: { colo: 'EDI', country: 'GB', continent: 'EU', city: 'Edinburgh', timezone: 'Europe/London' },
};

/** Where Durable Objects live: each in one place, wherever the requests come from. */
const HOME: Pop = 'LHR';

/** The disk service on which the storage of Durable Objects is kept. */
export const OBJECTS_DISK = 'objects-disk';

export const popService = (pop: Pop, script: string): string => `worker-${pop}-${script}`;
const objectsService = (script: string): string => `objects-${script}`;
export const cronService = (script: string): string => `cron-${script}`;
export const cacheName = (pop: Pop): string => `cache-${pop}`;
/** A binding may have any name; this one never is the name of a Worker's service. */
const backendName = (pop: Pop, script: string, binding: string): string =>
  `backend-${pop}-${script}-${binding}`;

/** The services of a script: one Worker for each PoP, its backends, its Durable Objects and what calls its crons. */
export function scriptServices(script: ScriptConfig, pops: readonly Pop[], around: SharedConfig): string[] {
  const backends = [...script.databases, ...script.namespaces, ...script.buckets];
  return [
    ...pops.flatMap((pop) => [
      popWorker(pop, script, around),
      ...backends.map((backend) => external(pop, script.name, backend)),
      ...script.rateLimits.map((limit) =>
        external(
          pop,
          script.name,
          { binding: limit.binding, port: around.limitsPort },
          { 'x-namespace': limit.namespace },
        ),
      ),
    ]),
    ...(script.classes.length > 0 ? [objectsWorker(script)] : []),
    ...(script.assets?.services ?? []),
    ...(script.hasCrons ? [cronWorker(script.name)] : []),
  ];
}

function popWorker(pop: Pop, script: ScriptConfig, around: SharedConfig): string {
  const { name, databases, namespaces, compatibility } = script;
  const modules = isolateModules({
    bundle: script.bundle,
    cf: CF[pop],
    databases: databases.map(({ binding }) => binding),
    namespaces: namespaces.map(({ binding }) => binding),
    isolates: around.isolatesPerPop,
    coldStarts: around.coldStarts[pop] ?? 0,
    plan: around.plan,
    workersCache: script.workersCache ? name : undefined,
    seed: `${around.seed}/${name}/${pop}`,
  });
  return workerText(popService(pop, name), {
    ...{ compatibility, modules, bindings: bindingsOf(pop, script), cache: cacheName(pop) },
  });
}

/**
 * The script as it was built, once for all PoPs, as the isolate in which its Durable Objects live. What their classes hold in
 * memory outside of an object is not that of the Worker's isolates.
 */
function objectsWorker(script: ScriptConfig): string {
  const { name, bundle, classes, compatibility } = script;
  const modules: IsolateModule[] = [
    { name: 'worker.js', embed: bundle.file, kind: 'esModule' },
    ...bundle.assets.map(({ name: asset, file, kind }) => ({ name: asset, embed: file, kind })),
  ];
  const namespaces = classes.map(
    ({ className, hasSql }) =>
      `(className = ${literal(className)}, uniqueKey = ${literal(`${name}-${className}`)}, enableSql = ${hasSql})`,
  );
  return workerText(objectsService(name), {
    ...{ compatibility, modules, bindings: bindingsOf(HOME, script), cache: cacheName(HOME) },
    more: [
      `durableObjectNamespaces = ${listLiteral(namespaces, '      ')}`,
      `durableObjectStorage = (localDisk = ${literal(OBJECTS_DISK)})`,
    ],
  });
}

/** Calls `scheduled` as Cloudflare does, through workerd, which tells what became of it. */
const CRON_SOURCE = `export default {
  async fetch(request, { WORKER }) {
    const { cron, scheduledTime } = await request.json();
    return Response.json(await WORKER.scheduled({ cron, scheduledTime: new Date(scheduledTime) }));
  },
};`;

const cronWorker = (script: string): string =>
  workerText(cronService(script), {
    compatibility: { date: '2026-10-20', flags: ['service_binding_extra_handlers'] },
    modules: [{ name: 'cron.js', source: CRON_SOURCE }],
    bindings: [`(name = "WORKER", service = ${literal(popService(HOME, script))})`],
  });

interface WorkerText {
  readonly compatibility: Compatibility;
  readonly modules: readonly IsolateModule[];
  readonly bindings: readonly string[];
  /** The service of the Cache API. */
  readonly cache?: string;
  /** Further fields. */
  readonly more?: readonly string[];
}

function workerText(
  service: string,
  { compatibility, modules, bindings, cache, more = [] }: WorkerText,
): string {
  const fields = [
    `compatibilityDate = ${literal(compatibility.date)}`,
    `compatibilityFlags = [${flagsOf(compatibility).map(literal).join(', ')}]`,
    `modules = ${listLiteral(modules.map(moduleText), '      ')}`,
    `bindings = ${listLiteral(bindings, '      ')}`,
    ...(cache === undefined ? [] : [`cacheApiOutbound = ${literal(cache)}`]),
    ...more,
  ];
  return `(name = ${literal(service)}, worker = (\n      ${fields.join(',\n      ')}\n    ))`;
}

const moduleText = (module: IsolateModule): string => {
  const content =
    'embed' in module
      ? `${module.kind} = embed ${literal(module.embed)}`
      : `esModule = ${literal(module.source)}`;
  return `(name = ${literal(module.name)}, ${content})`;
};

/** From this date on every Worker has Node's modules unless it says otherwise (Cloudflare's changelog, 2026-08-04). */
const NODE_BY_DEFAULT = '2026-08-04';

/** What stands in front of the Worker counts its calls with `AsyncLocalStorage`, which it must have whatever the Worker has. */
function flagsOf({ date, flags }: Compatibility): readonly string[] {
  const hasNode = date >= NODE_BY_DEFAULT && !flags.includes('no_nodejs_compat');
  const hasStorage = hasNode || flags.includes('nodejs_compat') || flags.includes('nodejs_als');
  return hasStorage ? flags : [...flags, 'nodejs_als'];
}

/** D1 and KV bindings are workerd's own clients pointed at the data plane. */
function bindingsOf(pop: Pop, script: ScriptConfig): string[] {
  const {
    name: own,
    databases,
    namespaces,
    buckets,
    rateLimits,
    assets,
    vars,
    secrets,
    services,
    objects,
  } = script;
  const named = (name: string, kind: string): string => `(name = ${literal(name)}, ${kind})`;
  const backend = (binding: string): string => literal(backendName(pop, own, binding));
  return [
    ...databases.map(({ binding }) => named(binding, wrapped('d1-api', 'fetcher', backend(binding)))),
    ...namespaces.map(({ binding }) => named(binding, `kvNamespace = ${backend(binding)}`)),
    ...buckets.map(({ binding }) => named(binding, `r2Bucket = ${backend(binding)}`)),
    ...Object.entries(vars).map(([name, value]) =>
      named(
        name,
        typeof value === 'string' ? `text = ${literal(value)}` : `json = ${literal(JSON.stringify(value))}`,
      ),
    ),
    ...Object.entries(secrets).map(([name, variable]) =>
      named(name, `fromEnvironment = ${literal(variable)}`),
    ),
    ...rateLimits.map(({ binding, limit, periodSeconds }) =>
      named(binding, rateLimit(backend(binding), limit, periodSeconds)),
    ),
    ...(assets?.binding === undefined
      ? []
      : [named(assets.binding, `service = ${literal(assetsService(own))}`)]),
    ...services.map((service) => named(service.binding, `service = ${serviceText(pop, service)}`)),
    ...objects.map(({ binding, className, script: owner }) => {
      const designator = `className = ${literal(className)}, serviceName = ${literal(objectsService(owner))}`;
      return named(binding, `durableObjectNamespace = (${designator})`);
    }),
  ];
}

const wrapped = (module: string, inner: string, service: string): string =>
  `wrapped = (moduleName = "cloudflare-internal:${module}", ` +
  `innerBindings = [(name = ${literal(inner)}, service = ${service})])`;

/** The internal module that miniflare wraps a rate limit in. */
export const RATE_LIMIT_MODULE = 'shardproof-internal:rate-limit';

const rateLimit = (service: string, limit: number, periodSeconds: number): string =>
  `wrapped = (moduleName = ${literal(RATE_LIMIT_MODULE)}, innerBindings = [(name = "fetcher", service = ${service}), ` +
  `(name = "limit", json = "${limit}"), (name = "period", json = "${periodSeconds}")])`;

function serviceText(pop: Pop, { script, entrypoint, props }: ServiceBinding): string {
  const parts = [
    `name = ${literal(popService(pop, script))}`,
    ...(entrypoint === undefined ? [] : [`entrypoint = ${literal(entrypoint)}`]),
    ...(props === undefined ? [] : [`props = (json = ${literal(JSON.stringify(props))})`]),
  ];
  return `(${parts.join(', ')})`;
}

/** Each call carries `x-pop`, because a replica or a cache is near or far from a PoP. */
function external(
  pop: Pop,
  script: string,
  { binding, port }: BackendBinding,
  more: Readonly<Record<string, string>> = {},
): string {
  const headers = Object.entries({ 'x-pop': pop, ...more }).map(
    ([name, value]) => `(name = ${literal(name)}, value = ${literal(value)})`,
  );
  return (
    `(name = ${literal(backendName(pop, script, binding))}, external = (address = "127.0.0.1:${port}", ` +
    `http = (injectRequestHeaders = [${headers.join(', ')}])))`
  );
}
