import type { Pop } from './topology.ts';

/** What Cloudflare would put into `request.cf` for a request that arrives in this PoP (B11). */
const CF: Readonly<Record<Pop, Readonly<Record<string, string>>>> = {
  LHR: { colo: 'LHR', country: 'GB', continent: 'EU', city: 'London', timezone: 'Europe/London' },
  MAN: { colo: 'MAN', country: 'GB', continent: 'EU', city: 'Manchester', timezone: 'Europe/London' },
  EDI: { colo: 'EDI', country: 'GB', continent: 'EU', city: 'Edinburgh', timezone: 'Europe/London' },
};

export interface DeploymentConfig {
  /** File name of the bundled Worker, relative to the configuration file. */
  readonly bundle: string;
  /** One socket for each PoP; port 0 lets the system choose. */
  readonly ports: ReadonlyMap<Pop, number>;
  readonly databases: readonly { readonly binding: string; readonly port: number }[];
  /** Without a port there is no CACHE binding. */
  readonly kvPort: number | undefined;
}

/**
 * The workerd configuration of one deployment (Cap'n Proto text): in every PoP one Worker service, hence one
 * isolate, with a socket of its own. D1 and KV bindings are workerd's own clients pointed at the data plane;
 * each call carries `x-pop`, because a replica or a cache is near or far from a PoP.
 *
 * Secrets are read from workerd's environment, so that they are never on disk.
 */
export function workerdConfig(deployment: DeploymentConfig): string {
  const pops = [...deployment.ports];
  const services = pops.flatMap(([pop]) => [
    worker(pop, deployment),
    ...backends(deployment).map(({ name, port }) => external(pop, name, port)),
  ]);
  const sockets = pops.map(
    ([pop, port]) =>
      `(name = ${text(pop)}, address = "127.0.0.1:${port}", service = ${text(`worker-${pop}`)})`,
  );
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    ${services.join(',\n    ')}
  ],
  sockets = [
    ${sockets.join(',\n    ')}
  ]
);
`;
}

const backends = ({ databases, kvPort }: DeploymentConfig): { name: string; port: number }[] => [
  ...databases.map(({ binding, port }) => ({ name: binding, port })),
  ...(kvPort === undefined ? [] : [{ name: 'CACHE', port: kvPort }]),
];

function worker(pop: Pop, { bundle, databases, kvPort }: DeploymentConfig): string {
  const bindings = [
    ...databases.map(({ binding }) => d1Binding(pop, binding)),
    ...(kvPort === undefined ? [] : [`(name = "CACHE", kvNamespace = ${text(`CACHE-${pop}`)})`]),
    `(name = "BASE_DOMAIN", text = "localhost")`,
    `(name = "EVIDENCE", text = "on")`,
    `(name = "JWT_SECRET", fromEnvironment = "JWT_SECRET")`,
    `(name = "SEAL_SECRET", fromEnvironment = "SEAL_SECRET")`,
  ];
  return `(name = ${text(`worker-${pop}`)}, worker = (
      compatibilityDate = "2026-10-20",
      modules = [
        (name = "pop.js", esModule = ${text(popModule(pop))}),
        (name = "worker.js", esModule = embed ${text(bundle)})
      ],
      bindings = [
        ${bindings.join(',\n        ')}
      ]
    ))`;
}

/**
 * Sets `request.cf` and hands the request to the Worker as it was built. workerd's own means, `cfBlobHeader`,
 * would let a client choose its PoP: the header is read before `injectRequestHeaders` replaces it.
 */
const popModule = (pop: Pop): string => `import worker from './worker.js';
const cf = ${JSON.stringify(CF[pop])};
const fetch = (request, env, context) => worker.fetch(new Request(request, { cf }), env, context);
export default { ...worker, fetch };
`;

const d1Binding = (pop: Pop, binding: string): string =>
  `(name = ${text(binding)}, wrapped = (moduleName = "cloudflare-internal:d1-api", ` +
  `innerBindings = [(name = "fetcher", service = ${text(`${binding}-${pop}`)})]))`;

const external = (pop: Pop, name: string, port: number): string =>
  `(name = ${text(`${name}-${pop}`)}, external = (address = "127.0.0.1:${port}", ` +
  `http = (injectRequestHeaders = [(name = "x-pop", value = ${text(pop)})])))`;

/** A Cap'n Proto text literal: C escapes, everything beyond ASCII as UTF-8. */
const text = (value: string): string => `"${value.replace(/["\\\p{Cc}]/gu, escapeCharacter)}"`;

const escapeCharacter = (character: string): string => {
  if (character === '\n') return '\\n';
  if (character === '"' || character === '\\') return `\\${character}`;
  return [...Buffer.from(character)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
};
