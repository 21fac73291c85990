import type { WorkersPlan } from './isolate/index.ts';
import { type BundleFiles, copiesOf, type IsolateModule, isolateModules } from './isolate/index.ts';
import type { Pop } from './topology.ts';
import type { Compatibility } from './wrangler/index.ts';

/** What Cloudflare would put into `request.cf` for a request that arrives in this PoP (B11). */
const CF: Readonly<Record<Pop, Readonly<Record<string, string>>>> = {
  LHR: { colo: 'LHR', country: 'GB', continent: 'EU', city: 'London', timezone: 'Europe/London' },
  MAN: { colo: 'MAN', country: 'GB', continent: 'EU', city: 'Manchester', timezone: 'Europe/London' },
  EDI: { colo: 'EDI', country: 'GB', continent: 'EU', city: 'Edinburgh', timezone: 'Europe/London' },
};

/** A binding of the Worker that the data plane serves on this port. */
export interface BackendBinding {
  readonly binding: string;
  readonly port: number;
}

export interface DeploymentConfig {
  /** Of the Worker script; it and the seed decide which isolate a request reaches. */
  readonly name: string;
  readonly seed: number;
  /** The bundled Worker; file names are relative to the configuration file. */
  readonly bundle: BundleFiles;
  readonly plan: WorkersPlan;
  /** How many isolates serve each PoP. */
  readonly isolatesPerPop: number;
  /** How often the isolates of a PoP can go cold; never where nothing is said. */
  readonly coldStarts: Readonly<Partial<Record<Pop, number>>>;
  /** One socket for each PoP; port 0 lets the system choose. */
  readonly ports: ReadonlyMap<Pop, number>;
  readonly databases: readonly BackendBinding[];
  /** KV namespaces. */
  readonly namespaces: readonly BackendBinding[];
  /** Whether Workers Cache stands in front of it. */
  readonly workersCache: boolean;
  /** Where the data plane serves the Cache API. */
  readonly cachePort: number;
  readonly compatibility: Compatibility;
  /** Text and JSON bindings, by name. */
  readonly vars: Readonly<Record<string, unknown>>;
  /** Names of text bindings whose values are in workerd's environment, so that they are never on disk. */
  readonly secrets: readonly string[];
}

/**
 * workerd frees what a request leaves behind one by one, in a pause that grows with the number of requests since the
 * last one: 150 ms at 5,000 requests a second, which a Worker on Cloudflare would not see. A small young generation
 * makes it pause more often for less: the same throughput, and p99 of a point read 41 ms instead of 147
 * (npm run internal -- benchmark:platform).
 */
const V8_FLAGS = ['--max-semi-space-size=1'];

/** What `fetch` reaches: loopback addresses. A Worker under test must not send anything to anybody else. */
const INTERNET = '(name = "internet", network = (allow = ["local"]))';

/** The socket that takes an `IsolateCommand` for the isolate of this PoP. */
export const controlSocket = (pop: Pop): `control-${Pop}` => `control-${pop}`;

/**
 * The workerd configuration of one deployment (Cap'n Proto text): in every PoP one Worker service, hence one
 * isolate, with two sockets of its own: one called by the PoP for requests, and its `controlSocket`. D1 and KV
 * bindings are workerd's own clients pointed at the data plane; each call carries `x-pop`, because a replica or
 * a cache is near or far from a PoP. So does each call of the Cache API.
 */
export function workerdConfig(deployment: DeploymentConfig): string {
  const pops = [...deployment.ports];
  const backends = [...deployment.databases, ...deployment.namespaces];
  const services = pops.flatMap(([pop]) => [
    worker(pop, deployment),
    ...backends.map((backend) => external(pop, backend)),
    cacheService(pop, deployment.cachePort),
  ]);
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  v8Flags = [${V8_FLAGS.map(text).join(', ')}],
  services = [
    ${[...services, INTERNET].join(',\n    ')}
  ],
  sockets = [
    ${pops.flatMap(([pop, port]) => sockets(pop, port)).join(',\n    ')}
  ]
);
`;
}

/** How many copies of the Worker a deployment holds, all of which workerd compiles when it starts. */
export const copiesIn = ({ ports, isolatesPerPop, coldStarts }: DeploymentConfig): number =>
  [...ports.keys()].reduce(
    (sum, pop) => sum + copiesOf({ isolates: isolatesPerPop, coldStarts: coldStarts[pop] ?? 0 }),
    0,
  );

/** An entrypoint is chosen by the socket alone: no request on the first one reaches the control. */
const sockets = (pop: Pop, port: number): string[] => [
  `(name = ${text(pop)}, address = "127.0.0.1:${port}", service = ${text(`worker-${pop}`)})`,
  `(name = ${text(controlSocket(pop))}, address = "127.0.0.1:0", ` +
    `service = (name = ${text(`worker-${pop}`)}, entrypoint = "ShardproofControl"))`,
];

function worker(pop: Pop, deployment: DeploymentConfig): string {
  const { name, seed, databases, namespaces, vars, secrets } = deployment;
  const modules = isolateModules({
    bundle: deployment.bundle,
    cf: CF[pop],
    databases: databases.map(({ binding }) => binding),
    namespaces: namespaces.map(({ binding }) => binding),
    isolates: deployment.isolatesPerPop,
    coldStarts: deployment.coldStarts[pop] ?? 0,
    plan: deployment.plan,
    workersCache: deployment.workersCache ? name : undefined,
    seed: `${seed}/${name}/${pop}`,
  });
  const bindings = [
    ...databases.map(({ binding }) => d1Binding(pop, binding)),
    ...namespaces.map(
      ({ binding }) => `(name = ${text(binding)}, kvNamespace = ${text(backendName(pop, binding))})`,
    ),
    ...Object.entries(vars).map(([name, value]) =>
      typeof value === 'string'
        ? `(name = ${text(name)}, text = ${text(value)})`
        : `(name = ${text(name)}, json = ${text(JSON.stringify(value))})`,
    ),
    ...secrets.map((name) => `(name = ${text(name)}, fromEnvironment = ${text(name)})`),
  ];
  return `(name = ${text(`worker-${pop}`)}, worker = (
      compatibilityDate = ${text(deployment.compatibility.date)},
      compatibilityFlags = [${flagsOf(deployment.compatibility).map(text).join(', ')}],
      modules = [
        ${modules.map(moduleText).join(',\n        ')}
      ],
      bindings = [
        ${bindings.join(',\n        ')}
      ],
      cacheApiOutbound = ${text(cacheName(pop))}
    ))`;
}

/** From this date on every Worker has Node's modules unless it says otherwise (Cloudflare's changelog, 2026-08-04). */
const NODE_BY_DEFAULT = '2026-08-04';

/** What stands in front of the Worker counts its calls with `AsyncLocalStorage`, which it must have whatever the Worker has. */
function flagsOf({ date, flags }: Compatibility): readonly string[] {
  const hasNode = date >= NODE_BY_DEFAULT && !flags.includes('no_nodejs_compat');
  const hasStorage = hasNode || flags.includes('nodejs_compat') || flags.includes('nodejs_als');
  return hasStorage ? flags : [...flags, 'nodejs_als'];
}

const moduleText = (module: IsolateModule): string => {
  const content =
    'embed' in module ? `${module.kind} = embed ${text(module.embed)}` : `esModule = ${text(module.source)}`;
  return `(name = ${text(module.name)}, ${content})`;
};

const d1Binding = (pop: Pop, binding: string): string =>
  `(name = ${text(binding)}, wrapped = (moduleName = "cloudflare-internal:d1-api", ` +
  `innerBindings = [(name = "fetcher", service = ${text(backendName(pop, binding))})]))`;

const external = (pop: Pop, { binding, port }: BackendBinding): string =>
  `(name = ${text(backendName(pop, binding))}, external = (address = "127.0.0.1:${port}", ` +
  `http = (injectRequestHeaders = [(name = "x-pop", value = ${text(pop)})])))`;

/** As a proxy, because the key is the whole URL, scheme and host included. */
const cacheService = (pop: Pop, port: number): string =>
  `(name = ${text(cacheName(pop))}, external = (address = "127.0.0.1:${port}", ` +
  `http = (style = proxy, injectRequestHeaders = [(name = "x-pop", value = ${text(pop)})])))`;

const cacheName = (pop: Pop): string => `cache-${pop}`;

/** A binding may have any name; this one never is the name of a Worker's service. */
const backendName = (pop: Pop, binding: string): string => `backend-${pop}-${binding}`;

/** A Cap'n Proto text literal: C escapes, everything beyond ASCII as UTF-8. */
const text = (value: string): string => `"${value.replace(/["\\\p{Cc}]/gu, escapeCharacter)}"`;

const escapeCharacter = (character: string): string => {
  if (character === '\n') return '\\n';
  if (character === '"' || character === '\\') return `\\${character}`;
  return [...Buffer.from(character)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
};
