import { join } from 'node:path';
import type { BehaviourInput } from '../../behaviour/index.ts';
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

/** @param behaviour of the data plane: with exact rows, these are among what is compared */
export async function startSides(behaviour: BehaviourInput = {}): Promise<Sides> {
  const bindings = { d1Databases: ['SHARD_EU_1'], kvNamespaces: ['CACHE'] };
  const [platform, miniflare] = await Promise.all([
    startWorker({
      entry: PROBE_WORKER,
      stateDir: freshFolder(),
      databases: { SHARD_EU_1: '' },
      namespaces: ['CACHE'],
      behaviour,
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

interface Rows {
  read: number;
  written: number;
}

export interface RowParity {
  /** Statements whose rows both sides told. */
  readonly statements: number;
  readonly here: Rows;
  readonly there: Rows;
  /** Those in which the two are apart. */
  readonly apart: readonly { readonly sql: string; readonly here: Rows; readonly there: Rows }[];
}

/** What comes after a refusal of one side alone is lost. */
const SHORT_SERIES = 8;
/** What reads or changes the schema has a table more to look at here: `_cf_KV`, as on D1. */
const READS_SCHEMA = /pragma|sqlite_(?:master|schema)|analyze|reindex|\b(?:alter|create|drop)\b/i;

/** Asks both sides the calls of a seed, and holds the rows that they tell against each other. */
export async function compareRows({ here, there }: Sides, seed: number, count: number): Promise<RowParity> {
  const rows: { sql: string; here: Rows; there: Rows }[] = [];
  for (const drawn of generateSeries(seed, count, SHORT_SERIES)) {
    // `first` and `raw` tell nothing but rows.
    const series = drawn.map((call) =>
      call.method === 'batch' || call.method === 'exec' ? call : { ...call, method: 'all' as const },
    );
    const sides = await Promise.all(
      [here, there].map(async ({ url }) => {
        await startAnew(url);
        return (await probe(url, { d1: series })).outcomes.map(rowsIn);
      }),
    );
    for (const [index, call] of series.entries()) {
      const [ours = [], theirs = []] = sides.map((side) => side[index] ?? []);
      // Where one refused what the other did, the two are in different states from here on.
      if (ours.length !== theirs.length) break;
      const sql = call.method === 'batch' ? call.statements.map((each) => each.sql).join('; ') : call.sql;
      if (READS_SCHEMA.test(sql)) continue;
      for (const [at, one] of ours.entries())
        rows.push({ sql, here: one, there: theirs[at] ?? { read: 0, written: 0 } });
    }
  }
  const total = (of: 'here' | 'there'): Rows => ({
    read: rows.reduce((sum, each) => sum + each[of].read, 0),
    written: rows.reduce((sum, each) => sum + each[of].written, 0),
  });
  return {
    statements: rows.length,
    here: total('here'),
    there: total('there'),
    apart: rows.filter((each) => JSON.stringify(each.here) !== JSON.stringify(each.there)),
  };
}

type Result = { readonly meta?: { readonly rows_read?: number; readonly rows_written?: number } } | null;

/** Those of each result that has metadata; `exec` has none. */
function rowsIn(outcome: Outcome): Rows[] {
  if ('error' in outcome) return [];
  // The reply of the probe, whose shape is D1's.
  const results = [outcome.value].flat() as Result[];
  return results.flatMap((result) => {
    const { rows_read: read, rows_written: written } = result?.meta ?? {};
    return read === undefined || written === undefined ? [] : [{ read, written }];
  });
}
