import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { OPERATION_HEADER } from '../d1/index.ts';
import { INVOCATION_LIMITS, type WorkersPlan } from './invocation-limits.ts';

/** A module of a workerd service: its text, or the file that workerd reads it from, and what it is. */
export type IsolateModule =
  | { readonly name: string; readonly source: string }
  | { readonly name: string; readonly embed: string; readonly kind: ModuleKind };

/** workerd's own names of what a module can be. */
export type ModuleKind = 'esModule' | 'commonJsModule' | 'text' | 'data' | 'wasm';

/** The Worker as it was bundled, in files beside workerd's configuration. */
export interface BundleFiles {
  readonly file: string;
  /** `service-worker` registers its handlers with `addEventListener`, `modules` exports them. */
  readonly format: 'modules' | 'service-worker';
  /** What the bundle imports that is not in it, by the names under which it does. */
  readonly assets: readonly {
    readonly name: string;
    readonly file: string;
    readonly kind: ModuleKind;
  }[];
}

export interface IsolatesConfig {
  readonly bundle: BundleFiles;
  readonly cf: Readonly<Record<string, string>>;
  /** Binding names. */
  readonly databases: readonly string[];
  readonly namespaces: readonly string[];
  /** How many isolates serve the PoP. */
  readonly isolates: number;
  /** How often they can go cold. */
  readonly coldStarts: number;
  readonly plan: WorkersPlan;
  /** Of the choice of an isolate. */
  readonly seed: string;
  /** The name of the Worker in front of which there is Workers Cache; undefined: there is none. */
  readonly workersCache: string | undefined;
}

/**
 * How many copies of the bundle a PoP needs. workerd compiles each when it starts, used or not: 6 ms and 2 MB for one of
 * the reference Worker (327 KB), 0.1 s and more for one of 4 MB.
 */
export const copiesOf = ({ isolates, coldStarts }: Pick<IsolatesConfig, 'isolates' | 'coldStarts'>): number =>
  isolates * (1 + coldStarts);

/**
 * The modules of one PoP; the first is its main module. It has the entrypoints of the Worker as it was built, and
 * `ShardproofControl`. See `isolate.ts`.
 *
 * A module is evaluated once for each name, so an isolate is the same bundle under another name.
 */
export function isolateModules(config: IsolatesConfig): IsolateModule[] {
  const { bundle } = config;
  const copies = Array.from({ length: copiesOf(config) }, (_, index) => `worker-${index}`);
  const assetIn = (
    folder: string,
    { name, file, kind: each }: BundleFiles['assets'][number],
  ): IsolateModule => ({
    ...{ name: `${folder}${name}`, embed: file, kind: each },
  });
  // Modules of JavaScript hold state as well: each isolate has its own, in a folder.
  const isApart = !bundle.assets.every(isData);
  const names = copies.map((copy) => (isApart ? `${copy}/index.js` : `${copy}.js`));
  const kind = bundle.format === 'modules' ? 'esModule' : 'commonJsModule';
  return [
    { name: 'pop.js', source: popSource(config, names) },
    { name: 'clock.js', source: CLOCK_SOURCE },
    { name: 'calls.js', source: callsSource(config) },
    ...PARTS.map((name) => ({ name: `${name}.js`, source: transpiled(`${name}.ts`) })),
    ...names.map((name) => ({ name, embed: bundle.file, kind }) as const),
    ...(isApart
      ? copies.flatMap((copy) => bundle.assets.map((asset) => assetIn(`${copy}/`, asset)))
      : bundle.assets.map((asset) => assetIn('', asset))),
  ];
}

const isData = ({ kind }: BundleFiles['assets'][number]): boolean => ['text', 'data', 'wasm'].includes(kind);

const PARTS = ['skewable-date', 'invocation-limits', 'counted-calls', 'handler', 'isolate', 'workers-cache'];

/**
 * Imports the clock and the calls first: the Worker may keep `Date.now` or `fetch` when it loads. Modules that await
 * something at the top must be imported by a declaration, or workerd does not wait for them when it starts.
 */
function popSource(
  { bundle, cf, isolates, seed, workersCache }: IsolatesConfig,
  names: readonly string[],
): string {
  const isScript = bundle.format === 'service-worker';
  const first = names.slice(0, isolates);
  const spares = names.slice(isolates).map((name) => `() => load('./${name}')`);
  return `import { setSkew } from './clock.js';
import { invocations } from './calls.js';
${isScript ? '' : first.map((name, index) => `import * as worker${index} from './${name}';`).join('\n')}
${isScript ? '' : `export * from './${first[0]}';`}
import { frontOf, handlerOf } from './handler.js';
import { isolates } from './isolate.js';
let listeners = [];
${isScript ? SERVICE_WORKER_SOURCE : ''}
async function load(name) {
  listeners = [];
  return handlerOf(await import(name), listeners);
}
const handlers = [${isScript ? '' : first.map((_, index) => `handlerOf(worker${index}, [])`).join(', ')}];
${isScript ? first.map((name) => `handlers.push(await load('./${name}'));`).join('\n') : ''}
const spares = [${spares.join(', ')}];
const options = { cf: ${JSON.stringify(cf)}, handlers, spares, seed: ${seedOf(seed)}, operationHeader: ${JSON.stringify(OPERATION_HEADER)}, invocations, setSkew };
const { main, control } = isolates(options);
${workersCache === undefined ? 'const front = main;' : cachedSource(workersCache)}
export default frontOf(front, ${isScript ? undefined : 'worker0.default'});
export const ShardproofControl = control;
`;
}

const cachedSource = (worker: string): string =>
  `import { withWorkersCache } from './workers-cache.js';
const open = () => caches.open('shardproof-workers-cache');
const front = {
  ...main,
  fetch: (request, env, context) =>
    withWorkersCache((...asked) => main.fetch(asked[0], env, asked[1]), ${JSON.stringify(worker)}, open)(request, context),
};`;

/** Bindings are global variables in this syntax (developers.cloudflare.com/workers/reference/migrate-to-module-workers). */
const SERVICE_WORKER_SOURCE = `import { env } from 'cloudflare:workers';
Object.assign(globalThis, env);
globalThis.addEventListener = (type, listener) => {
  if (type === 'fetch') listeners.push(typeof listener === 'function' ? listener : (event) => listener.handleEvent(event));
};`;

const callsSource = ({ databases, namespaces, plan }: IsolatesConfig): string =>
  `import { AsyncLocalStorage } from 'node:async_hooks';
import { env } from 'cloudflare:workers';
import { countCalls } from './counted-calls.js';
import { invocationsUnder } from './invocation-limits.js';
export const invocations = invocationsUnder(${JSON.stringify(INVOCATION_LIMITS[plan])}, new AsyncLocalStorage());
const bound = (names) => names.map((name) => env[name]);
countCalls(
  {
    databases: bound(${JSON.stringify(databases)}),
    namespaces: bound(${JSON.stringify(namespaces)}),
    global: globalThis,
    operationHeader: ${JSON.stringify(OPERATION_HEADER)},
  },
  invocations,
);
`;

const CLOCK_SOURCE = `import { skewableDate } from './skewable-date.js';
const clock = skewableDate(Date);
globalThis.Date = clock.Date;
export const { setSkew } = clock;
`;

const seedOf = (text: string): number => createHash('sha256').update(text).digest().readInt32LE();

const transpiled = (file: string): string =>
  transformSync(readFileSync(join(import.meta.dirname, file), 'utf8'), { loader: 'ts' }).code;
