import * as z from 'zod';
import { BODY_MAX_BYTES, byteLength } from './limits.ts';
import { Problem } from './problem.ts';
import type { Rows } from './shard-session.ts';

/** A stored document as it leaves the shard: the body stays the JSON text that SQLite holds. */
export interface StoredDocument {
  readonly id: string;
  readonly version: number;
  readonly bodyJson: string;
}

const Row = z.object({ entity_id: z.string(), _version: z.int().positive(), body: z.string() });

export function storedDocument(row: unknown): StoredDocument {
  const { entity_id: id, _version: version, body: bodyJson } = Row.parse(row);
  return { id, version, bodyJson };
}

export const firstDocument = (rows: Rows): StoredDocument | undefined =>
  rows.length > 0 ? storedDocument(rows[0]) : undefined;

/** The envelope, spliced rather than parsed: the body may be 2 MB and nothing here looks into it. */
export const envelope = ({ id, version, bodyJson }: StoredDocument): string =>
  `{"id":${JSON.stringify(id)},"_version":${version},"body":${bodyJson}}`;

export const etagOf = (version: number): string => `"${version}"`;

/** A JSON object; an array or a bare value has no fields to index. */
export const Body = z.custom<Record<string, unknown>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'must be a JSON object',
);

/** @throws Problem `too_large` over the limit that leaves room for ids in a D1 row */
export function bodyJsonOf(body: Record<string, unknown>): string {
  const json = JSON.stringify(body);
  const sizeBytes = byteLength(json);
  if (sizeBytes <= BODY_MAX_BYTES) return json;
  throw new Problem('too_large', `The body has ${sizeBytes} bytes; the limit is ${BODY_MAX_BYTES}.`);
}
