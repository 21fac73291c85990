import { join } from 'node:path';
import { startWorker } from '../../worker.ts';
import { freshFolder } from '../fresh-folder.ts';
import { startMiniflare } from '../miniflare.ts';
import { type D1Call, type Outcome, probe } from '../probe.ts';
import type { Target } from '../targets.ts';
import { generateSeries, SCHEMA } from './calls.ts';
import { type Compared, explanationOf } from './differences.ts';

const PROBE_WORKER = join(import.meta.dirname, '..', 'probe-worker.ts');

export interface SqlParity {
  /** Statements, batches and scripts that were compared, of them those that miniflare answered. */
  readonly calls: number;
  readonly answered: number;
  readonly unexplained: readonly Compared[];
}

/** The probe Worker with one empty database, on the data plane without lag and on miniflare. */
export interface Sides {
  readonly here: Target;
  readonly there: Target;
}

export async function startSides(): Promise<Sides> {
  const bindings = { d1Databases: ['SHARD_EU_1'], kvNamespaces: ['CACHE'] };
  const [platform, miniflare] = await Promise.all([
    startWorker({
      entry: PROBE_WORKER,
      stateDir: freshFolder(),
      databases: { SHARD_EU_1: '' },
      namespaces: ['CACHE'],
    }),
    startMiniflare(PROBE_WORKER, bindings),
  ]);
  return {
    here: { url: platform.deployments[0]?.urls.LHR ?? '', stop: platform.stop },
    there: { url: (await miniflare.ready).href, stop: () => miniflare.dispose() },
  };
}

/** Asks both sides the calls of a seed, each series on a database that is made anew. */
export async function compareSql(sides: Sides, seed: number, count: number): Promise<SqlParity> {
  const compared: Compared[] = [];
  for (const series of generateSeries(seed, count)) {
    const outcomes = await compareSeries(sides, series);
    // Where one side did what the other refused, or miniflare began anew, the two are no longer in the same state.
    const parted = outcomes.findIndex(
      ({ here, there }) =>
        'error' in here !== 'error' in there || JSON.stringify(there).includes('internal error'),
    );
    compared.push(...outcomes.slice(0, parted < 0 ? outcomes.length : parted + 1));
  }
  return {
    calls: compared.length,
    answered: compared.filter(({ there }) => 'value' in there).length,
    unexplained: compared.filter((each) => !isSame(each) && explanationOf(each) === undefined),
  };
}

/** @returns one for each call, in what can be compared at all: see `comparable` */
export async function compareSeries({ here, there }: Sides, series: readonly D1Call[]): Promise<Compared[]> {
  const [ours, theirs] = await Promise.all([here, there].map((side) => ask(side, series)));
  return series.map((call, index) => ({
    call,
    here: ours?.[index] ?? { error: 'no outcome' },
    there: theirs?.[index] ?? { error: 'no outcome' },
  }));
}

export const isSame = ({ here, there }: Compared): boolean => JSON.stringify(here) === JSON.stringify(there);

async function ask({ url }: Target, series: readonly D1Call[]): Promise<Outcome[]> {
  const size = await startAnew(url);
  const { outcomes } = await probe(url, { d1: series });
  return outcomes.map((outcome) =>
    'value' in outcome ? { value: comparable(outcome.value, size) } : outcome,
  );
}

const OBJECTS =
  "SELECT type, name FROM sqlite_master WHERE type IN ('view', 'table') AND name NOT LIKE '\\_cf\\_%' ESCAPE '\\' " +
  "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type = 'table', sql NOT LIKE 'CREATE VIRTUAL%'";

/** @returns the size of the database, in which the two need not agree */
async function startAnew(url: string): Promise<number> {
  const run = (sql: string): D1Call => ({ method: 'run', sql });
  const [listed] = (await probe(url, { d1: [run(OBJECTS)] })).outcomes;
  const objects: { type: string; name: string }[] = resultOf(listed).results;
  const drops = objects.map(({ type, name }) => `DROP ${type} IF EXISTS "${name.replaceAll('"', '""')}"`);
  const defer = { sql: 'PRAGMA defer_foreign_keys = on' };
  // The shadow tables of a virtual table go with it.
  const dropped: D1Call = { method: 'batch', statements: [defer, ...drops.map((sql) => ({ sql }))] };
  const { outcomes } = await probe(url, { d1: [dropped, ...SCHEMA.map(run)] });
  return outcomes.map((outcome) => resultOf(outcome)).at(-1).meta.size_after;
}

// biome-ignore lint/suspicious/noExplicitAny: the reply of the probe, whose shape is D1's
function resultOf(outcome: Outcome | undefined): any {
  if (!outcome || 'error' in outcome)
    throw new Error(`The database could not be made anew: ${outcome?.error}`);
  return outcome.value;
}

/** What both report, without times and places; the size as the difference from that at the start. */
// biome-ignore lint/suspicious/noExplicitAny: the reply of the probe, whose shape is D1's
function comparable(value: any, size: number): unknown {
  if (Array.isArray(value)) return value.map((one) => comparable(one, size));
  if (typeof value !== 'object' || value === null) return value;
  if ('duration' in value) return { count: value.count };
  if (!('meta' in value)) return value;
  const { changes, last_row_id, changed_db, size_after } = value.meta;
  return { results: value.results, meta: { changes, last_row_id, changed_db, grown: size_after - size } };
}
