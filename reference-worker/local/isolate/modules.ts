import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from 'esbuild';

/**
 * How often the isolate of a PoP can go cold. workerd compiles every module when it starts: a copy of the reference
 * Worker (327 KB) takes 6 ms and 2 MB there, used or not. Requests are as fast with copies as without.
 */
export const COLD_STARTS = 8;

/** An ES module of a workerd service: its text, or the file that workerd reads the text from. */
export type IsolateModule =
  | { readonly name: string; readonly source: string }
  | { readonly name: string; readonly embed: string };

/**
 * The modules of one PoP's isolate; the first is its main module. It has two entrypoints: the default, which is
 * the Worker as it was built, and `Control`. See `isolate.ts`.
 *
 * A module is evaluated once for each name, so a cold start is the same bundle under the next name.
 */
export function isolateModules(bundle: string, cf: Readonly<Record<string, string>>): IsolateModule[] {
  const spares = Array.from({ length: COLD_STARTS }, (_, index) => `worker-${index + 1}.js`);
  return [
    { name: 'pop.js', source: popSource(cf, spares) },
    { name: 'clock.js', source: CLOCK_SOURCE },
    { name: 'skewable-date.js', source: transpiled('skewable-date.ts') },
    { name: 'isolate.js', source: transpiled('isolate.ts') },
    ...['worker.js', ...spares].map((name) => ({ name, embed: bundle })),
  ];
}

/** Imports the clock first: the Worker may keep `Date` or `Date.now` when it loads. */
const popSource = (cf: Readonly<Record<string, string>>, spares: readonly string[]): string =>
  `import { setSkew } from './clock.js';
import first from './worker.js';
import { isolate } from './isolate.js';
const cf = ${JSON.stringify(cf)};
const spares = [${spares.map((name) => `() => import('./${name}')`).join(', ')}];
const { main, control } = isolate({ cf, first, spares, setSkew });
export default main;
export const Control = control;
`;

const CLOCK_SOURCE = `import { skewableDate } from './skewable-date.js';
const clock = skewableDate(Date);
globalThis.Date = clock.Date;
export const { setSkew } = clock;
`;

const transpiled = (file: string): string =>
  transformSync(readFileSync(join(import.meta.dirname, file), 'utf8'), { loader: 'ts' }).code;
