import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  concurrently,
  copyOf,
  type MutatedWorker,
  mutationsOf,
  preflight,
  type System,
  startLocal,
  type Target,
  type WorkerSource,
} from '../../../reference-worker/target/index.ts';
import { startProgress, timeLeft } from '../../../reports/command/index.ts';
import { type Check, type CheckOutcome, checkRunner } from '../../checks/index.ts';
import { unlessAborted } from '../../run/index.ts';
import { COMPARED, type Probed, REACHED, withProbes } from './probes.ts';

/** By which a request says which check it is part of, and by which an answer tells what has been reached since. */
const CHECK = 'x-shardproof-check';
const TOLD = 'x-shardproof-reached';
const ENTRY = 'probed-worker.ts';
const ENVIRONMENTS = ['real-time', 'simulated-time'] as const;

/** The checks whose requests a mutant would have been felt by, and how long each took, in milliseconds. */
export interface Reach {
  readonly checksOf: ReadonlyMap<string, ReadonlySet<string>>;
  readonly outcomes: readonly CheckOutcome[];
}

export interface ReachOptions {
  readonly system: System;
  readonly seed: number;
  readonly signal: AbortSignal;
}

/**
 * Runs every check once on the Worker as it is, with probes at the places that mutants change.
 *
 * @throws the reason of the signal; PlatformError
 */
export async function reachOf(
  mutants: readonly Probed[],
  checks: readonly Check[],
  { system, seed, signal }: ReachOptions,
): Promise<Reach> {
  const { entry, remove, everywhere } = probedWorker(mutationsOf(system).worker, mutants);
  const checksOf = new Map(mutants.map(({ id }) => [id, new Set<string>()]));
  const outcomes: CheckOutcome[] = [];
  const add = (number: number, ids: readonly string[]): void => {
    const known = checksOf.get(mutants[number]?.id ?? '');
    for (const id of ids) known?.add(id);
  };
  const all = checks.map(({ id }) => id);
  for (const number of everywhere) add(number, all);
  const startedAtMs = Date.now();
  const progress = startProgress(`0 of ${checks.length} checks on the Worker as it is`);
  async function runIn(environment: Check['environment'], stopped: AbortSignal): Promise<void> {
    const started = await startLocal({ system, environment, seed, entry });
    try {
      const told = tellingOf(started.target);
      await unlessAborted(preflight(told.target), stopped);
      // What was reached before the first check has made the modules what they are.
      for (const number of await told.since()) add(number, all);
      const run = checkRunner(told.target, { seed, effort: 'fast' });
      for (const check of checks.filter((each) => each.environment === environment)) {
        outcomes.push(await unlessAborted(run(check), stopped));
        for (const number of await told.since()) add(number, [check.id]);
        const done = outcomes.length;
        progress.update(
          `${done} of ${checks.length} checks on the Worker as it is, ${timeLeft(startedAtMs, done / checks.length)}`,
        );
      }
    } finally {
      await started.stop();
    }
  }
  try {
    await concurrently(ENVIRONMENTS, ENVIRONMENTS.length, signal, runIn);
  } finally {
    remove();
    progress.done(`${outcomes.length} checks on the Worker as it is`);
  }
  return { checksOf, outcomes };
}

/** A target whose answers are read for what they tell, and passed on without it. */
function tellingOf(target: Target): { readonly target: Target; since(): Promise<readonly number[]> } {
  const urls = new Set<string>();
  let number = 0;
  let reached: number[] = [];
  const send: Target['send'] = async (url, request, options) => {
    urls.add(url);
    const asked = { ...request, headers: { ...request.headers, [CHECK]: String(number) } };
    const response = await target.send(url, asked, options);
    const { [TOLD]: told = '', ...headers } = response.headers;
    reached.push(...told.split(',').filter(Boolean).map(Number));
    return { ...response, headers };
  };
  return {
    target: { ...target, send },
    async since() {
      // What a response did not wait for is told by the next one.
      for (const url of urls)
        await target.settle(
          send(url, { method: 'GET', path: `/${TOLD}`, headers: {} }).catch(() => undefined),
        );
      const numbers = reached;
      reached = [];
      number += 1;
      return numbers;
    },
  };
}

function probedWorker(
  source: WorkerSource,
  mutants: readonly Probed[],
): MutatedWorker & { readonly everywhere: readonly number[] } {
  const files = readdirSync(source.folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  const sources = new Map(files.map((file) => [file, readFileSync(join(source.folder, file), 'utf8')]));
  const probed = withProbes(sources, mutants);
  const { entry, remove } = copyOf(source, 'probed', {
    ...Object.fromEntries(probed.sources),
    'probes-of-mutants.ts': PROBES,
    [ENTRY]: entryOf(source.entry),
  });
  return { entry: entry.slice(0, -source.entry.length) + ENTRY, remove, everywhere: probed.everywhere };
}

/** Evaluated before the Worker; what has been told is not compared again. */
const PROBES = `
const state = globalThis.__probes ??= { reached: new Set(), told: new Set(), check: '' };
const same = (a, b) => {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const kind = Object.getPrototypeOf(a);
  if (kind !== Object.getPrototypeOf(b) || (kind !== Object.prototype && kind !== Array.prototype)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]));
};
globalThis.${REACHED} = (...numbers) => {
  for (const number of numbers) if (!state.told.has(number)) state.reached.add(number);
};
globalThis.${COMPARED} = (value, number, mutant) => {
  if (state.told.has(number) || state.reached.has(number)) return value;
  try {
    if (same(value, mutant())) return value;
  } catch {}
  state.reached.add(number);
  return value;
};
export const tell = (check) => {
  if (check !== state.check) state.told.clear();
  state.check = check;
  const numbers = [...state.reached];
  for (const number of numbers) state.told.add(number);
  state.reached.clear();
  return numbers.join(',');
};
`;

const entryOf = (entry: string): string => `
import { tell } from './probes-of-mutants.ts';
import worker from './${entry}';
export default {
  async fetch(request, env, context) {
    const check = request.headers.get('${CHECK}') ?? '';
    const response = new URL(request.url).pathname === '/${TOLD}' ? new Response(null) : await worker.fetch(request, env, context);
    const copy = new Response(response.body, response);
    copy.headers.set('${TOLD}', tell(check));
    return copy;
  },
  scheduled: (controller, env, context) => worker.scheduled?.(controller, env, context),
};
`;
