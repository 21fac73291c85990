import * as z from 'zod';
import { type Collection, collections, columnOf } from './collections.ts';
import { byteLength, LIKE_PATTERN_MAX_BYTES, LIST_DEFAULT_ITEMS, LIST_MAX_ITEMS } from './limits.ts';
import { prefixEnd } from './prefix.ts';
import { Problem } from './problem.ts';
import type { Filter, ListQuery } from './statements.ts';

const PREFIX_SUFFIX = '.prefix';
const Limit = z.coerce.number().pipe(z.int().min(1).max(LIST_MAX_ITEMS));

/** A list request without its cursor, and the text that a cursor of it is signed with. */
export interface ParsedList {
  readonly query: ListQuery;
  readonly cursor: string | undefined;
  readonly scope: string;
}

/**
 * Reads filters, `sort`, `limit` and `cursor`: one filter at most, and a sort that its own index gives.
 *
 * @throws Problem `invalid_query`
 */
export function parseListQuery(collection: Collection, request: Request): ParsedList {
  const { sort: sortParam, limit: limitParam, cursor, ...filters } = single(request);
  const filter = parseFilter(collection, Object.entries(filters));
  const limit = parseLimit(limitParam);
  const fallback = filter && 'from' in filter ? filter.field : 'id';
  const descending = sortParam?.startsWith('-') ?? false;
  const sort = (descending ? sortParam?.slice(1) : sortParam) ?? fallback;
  if (sort !== 'id' && !columnOf(collection, sort))
    throw invalid(collection, `${collection} cannot be sorted by ${sort}`);
  if (filter && sort !== fallback) throw invalid(collection, `this filter sorts by ${fallback} only`);
  const scope = JSON.stringify([collection, filter ?? null, sort, descending]);
  return { query: { collection, ...(filter && { filter }), sort, descending, limit }, cursor, scope };
}

/** @throws Problem `invalid_query` when the limit is not 1 to 100 */
export function parseLimit(text: string | undefined): number {
  if (text === undefined) return LIST_DEFAULT_ITEMS;
  const limit = Limit.safeParse(text);
  if (limit.success) return limit.data;
  throw new Problem('invalid_query', `limit must be 1 to ${LIST_MAX_ITEMS}, not ${text}.`);
}

/** @throws Problem `invalid_query` when a parameter is repeated, or is not UTF-8 and would be taken for another text */
export function single({ url }: Request): Partial<Record<string, string>> {
  const { search, searchParams } = new URL(url);
  try {
    decodeURIComponent(search);
  } catch (cause) {
    throw new Problem('invalid_query', 'The query is not UTF-8, or a % in it escapes nothing.', { cause });
  }
  const names = [...searchParams.keys()];
  const repeated = names.find((name, index) => names.indexOf(name) < index);
  if (repeated !== undefined) throw new Problem('invalid_query', `${repeated} is given more than once.`);
  return Object.fromEntries(searchParams);
}

function parseFilter(collection: Collection, filters: [string, string | undefined][]): Filter | undefined {
  if (filters.length > 1) throw invalid(collection, `${filters.length} filters given`);
  const [name, value] = filters[0] ?? [];
  if (name === undefined || value === undefined) return undefined;
  const isPrefix = name.endsWith(PREFIX_SUFFIX);
  const field = isPrefix ? name.slice(0, -PREFIX_SUFFIX.length) : name;
  if (!columnOf(collection, field)) throw invalid(collection, `${name} is not an indexed field`);
  if (!isPrefix) return { field, equals: value };
  if (value === '') throw invalid(collection, `${name} is empty`);
  if (byteLength(value) >= LIKE_PATTERN_MAX_BYTES)
    throw invalid(collection, `${name} and its % pass the ${LIKE_PATTERN_MAX_BYTES} bytes of D1's patterns`);
  // Ids and dates keep their case, unlike names (NOCASE), and no value has 200 characters more.
  const before = /(?:Id|On)$/.test(field) ? value + '\u{10ffff}'.repeat(200) : prefixEnd(value);
  return { field, from: value, before };
}

function invalid(collection: Collection, what: string): Problem {
  const fields = Object.keys(collections[collection]).join(', ');
  return new Problem('invalid_query', `${what}. Indexed fields of ${collection}: ${fields}.`);
}
