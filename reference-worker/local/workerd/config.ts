import { copiesOf } from '../isolate/index.ts';
import type { Pop } from '../pops.ts';
import { routerService } from './assets.ts';
import { listLiteral, literal, simulatorFile } from './literal.ts';
import {
  cacheName,
  cronService,
  OBJECTS_DISK,
  popService,
  RATE_LIMIT_MODULE,
  type ScriptConfig,
  type SharedConfig,
  scriptServices,
} from './script.ts';

export interface DeploymentConfig extends SharedConfig {
  readonly name: string;
  /** One socket for each PoP; port 0 lets the system choose. */
  readonly ports: ReadonlyMap<Pop, number>;
  /** The first answers these sockets; the others are reached through its bindings. */
  readonly scripts: readonly [ScriptConfig, ...ScriptConfig[]];
  /** The folder in which Durable Objects keep their storage, as an absolute path. */
  readonly objectsDir: string;
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

/** The socket that takes an `IsolateCommand` for the isolates of this PoP. @param script another one than the first */
export const controlSocket = (pop: Pop, script?: string): string =>
  script === undefined ? `control-${pop}` : `control-${pop}-${script}`;

/** The socket that calls the `scheduled` handler of a script. */
export const cronSocket = (script: string): string => `cron-${script}`;

/** Every socket of a deployment. */
export const socketsOf = (deployment: DeploymentConfig): string[] =>
  socketsWithServices(deployment).map(({ name }) => name);

/**
 * The workerd configuration of one deployment (Cap'n Proto text): for every script, in every PoP one Worker service, hence
 * one isolate. That of the first has a socket called by the PoP for requests; all have a `controlSocket`.
 */
export function workerdConfig(deployment: DeploymentConfig): string {
  const { ports, scripts, cachePort, objectsDir } = deployment;
  const pops = [...ports.keys()];
  const hasObjects = scripts.some(({ classes }) => classes.length > 0);
  const services = [
    ...scripts.flatMap((script) => scriptServices(script, pops, deployment)),
    ...pops.map((pop) => cacheService(pop, cachePort)),
    ...(hasObjects
      ? [`(name = ${literal(OBJECTS_DISK)}, disk = (path = ${literal(objectsDir)}, writable = true))`]
      : []),
    INTERNET,
  ];
  const sockets = socketsWithServices(deployment).map(
    ({ name, port, service }) =>
      `(name = ${literal(name)}, address = "127.0.0.1:${port}", service = ${service})`,
  );
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  v8Flags = [${V8_FLAGS.map(literal).join(', ')}],
  services = ${listLiteral(services, '  ')},
  sockets = ${listLiteral(sockets, '  ')},
  extensions = [(modules = ${listLiteral(extensionsOf(deployment).map(extensionText), '  ')})]
);
`;
}

const hasRateLimits = ({ scripts }: DeploymentConfig): boolean =>
  scripts.some(({ rateLimits }) => rateLimits.length > 0);
const hasAssets = ({ scripts }: DeploymentConfig): boolean =>
  scripts.some(({ assets }) => assets !== undefined);

/** Modules of miniflare's simulators that workerd itself must have, with their files. */
const extensionsOf = (deployment: DeploymentConfig) => [
  ...(hasRateLimits(deployment)
    ? [{ name: RATE_LIMIT_MODULE, file: 'ratelimit/ratelimit.worker.js', isInternal: true }]
    : []),
  ...(hasAssets(deployment)
    ? [{ name: 'miniflare:shared', file: 'shared/index.worker.js', isInternal: false }]
    : []),
];

/** The files of miniflare's simulators that the configuration embeds. */
export const embeddedIn = (deployment: DeploymentConfig): string[] =>
  extensionsOf(deployment).map(({ file }) => file);

const extensionText = ({ name, file, isInternal }: ReturnType<typeof extensionsOf>[number]): string =>
  `(name = ${literal(name)}, internal = ${isInternal}, esModule = embed ${literal(simulatorFile(file))})`;

/** Whether workerd must be let use what it calls experimental: calling `scheduled` is. Workers get nothing by it that they do not ask for. */
export const needsExperimental = ({ scripts }: DeploymentConfig): boolean =>
  scripts.some(({ hasCrons }) => hasCrons);

/** How many copies of its Workers a deployment holds, all of which workerd compiles when it starts. */
export const copiesIn = ({ ports, isolatesPerPop, coldStarts, scripts }: DeploymentConfig): number =>
  scripts.length *
  [...ports.keys()].reduce(
    (sum, pop) => sum + copiesOf({ isolates: isolatesPerPop, coldStarts: coldStarts[pop] ?? 0 }),
    0,
  );

/** An entrypoint is chosen by the socket alone: no request on that of a PoP reaches the control. */
function socketsWithServices({ ports, scripts }: DeploymentConfig) {
  const [first, ...others] = scripts;
  const control = (pop: Pop, script: string): string =>
    `(name = ${literal(popService(pop, script))}, entrypoint = "ShardproofControl")`;
  return [
    ...[...ports].flatMap(([pop, port]) => [
      {
        name: pop as string,
        port,
        service: literal(first.assets ? routerService(pop, first.name) : popService(pop, first.name)),
      },
      { name: controlSocket(pop), port: 0, service: control(pop, first.name) },
      ...others.map(({ name }) => ({ name: controlSocket(pop, name), port: 0, service: control(pop, name) })),
    ]),
    ...scripts
      .filter(({ hasCrons }) => hasCrons)
      .map(({ name }) => ({ name: cronSocket(name), port: 0, service: literal(cronService(name)) })),
  ];
}

/** As a proxy, because the key is the whole URL, scheme and host included. */
const cacheService = (pop: Pop, port: number): string =>
  `(name = ${literal(cacheName(pop))}, external = (address = "127.0.0.1:${port}", ` +
  `http = (style = proxy, injectRequestHeaders = [(name = "x-pop", value = ${literal(pop)})])))`;
