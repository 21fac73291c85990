import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';
import { z } from 'zod';

/** workerd's D1 client over HTTP, the part that both ends must agree on (workerd: cloudflare-internal:d1-api). */

/** Carries a constraint or a bookmark to the service, and the newest bookmark back. */
export const SESSION_HEADER = 'x-cf-d1-session-commit-token';

/** The client sends the elements of any typed array, and D1 keeps the lowest eight bits of each. */
const WireParameter = z.union([z.number(), z.string(), z.null(), z.array(z.number())]);
const WireQuery = z.object({ sql: z.string(), params: z.array(WireParameter).nullish() });
/** Tells the service what its caller calls the request that the Worker is serving. */
export const OPERATION_HEADER = 'x-shardproof-operation';
/** A statement, a batch, or the lines of `exec`. */
export const WireRequest = z.union([WireQuery, z.array(WireQuery)]);

export type WireRequest = z.infer<typeof WireRequest>;
export type Query = z.infer<typeof WireQuery>;
export type WireValue = number | string | null | number[];

export interface QueryMeta {
  readonly served_by: string;
  readonly served_by_region: string;
  readonly served_by_primary: boolean;
  readonly served_by_colo: string;
  readonly duration: number;
  readonly changes: number;
  readonly last_row_id: number;
  readonly changed_db: boolean;
  readonly size_after: number;
  /** Where they were counted. */
  readonly rows_read?: number;
  readonly rows_written?: number;
  readonly total_attempts: number;
  readonly timings: { readonly sql_duration_ms: number };
}

export interface QueryResult {
  readonly columns: readonly string[];
  readonly rows: readonly WireValue[][];
  readonly meta: QueryMeta;
}

export type ResultsFormat = 'ROWS_AND_COLUMNS' | 'ARRAY_OF_OBJECTS';

/** `NONE` returns rows as objects too, like any format that the service does not know. */
export const resultsFormatOf = (url: string | undefined): ResultsFormat =>
  url?.endsWith('resultsFormat=ROWS_AND_COLUMNS') ? 'ROWS_AND_COLUMNS' : 'ARRAY_OF_OBJECTS';

export function encodeResults(results: readonly QueryResult[], format: ResultsFormat): string {
  return JSON.stringify(
    results.map(({ columns, rows, meta }) => ({
      success: true,
      results: format === 'ROWS_AND_COLUMNS' ? { columns, rows } : rows.map((row) => asObject(columns, row)),
      meta,
    })),
  );
}

const asObject = (columns: readonly string[], row: readonly WireValue[]): Record<string, unknown> =>
  Object.fromEntries(columns.map((column, index) => [column, row[index]]));

/** Integers beyond 2^53 lose precision, as in D1's results; a blob becomes a list of its bytes. */
export function toWire(value: SQLOutputValue): WireValue {
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'object' && value !== null ? Array.from(value) : value;
}

export const fromWire = (value: WireValue): SQLInputValue =>
  Array.isArray(value) ? Uint8Array.from(value) : value;
