import { type Collection, collections, columnOf } from './collections.ts';
import type { Position } from './cursor.ts';

/**
 * All the SQL there is. Every statement takes the account id as ?1, bound by `prepare`, the only way to run
 * one; `assertScoped` refuses a statement that would touch a table without it.
 */
export interface Statement {
  readonly sql: string;
  /** Bound as ?2 and on; ?1 is always the account id. */
  readonly params: readonly (string | number)[];
}

const TABLE = /\b(?:FROM|JOIN|INTO|UPDATE)\s+(?!SET\b)(\w+)/gi;
const SCOPE = /\baccount_id = \?1|\ba\.id = \?1|\(account_id,[^)]*\)\s+VALUES \(\?1,/gi;
const scoped = new Set<string>();

/**
 * Refuses SQL in which a table is not bound to the account: one predicate (or inserted value) per table.
 * Only db_shard is free: it names shards and their bindings and holds nothing of any account.
 *
 * @throws Error `unscoped_statement`: a bug in this file, never a client's mistake
 */
export function assertScoped(sql: string): void {
  if (scoped.has(sql)) return;
  const tables = [...sql.matchAll(TABLE)].map((match) => match[1]).filter((name) => name !== 'db_shard');
  const scopes = sql.match(SCOPE) ?? [];
  if (tables.length === 0 || scopes.length < tables.length)
    throw new Error(
      `unscoped_statement: bind the account to each of ${tables.join(', ') || 'no table'} in: ${sql}`,
    );
  scoped.add(sql);
}

/** Binds a statement to the account that asks. */
export function prepare(
  session: D1DatabaseSession,
  accountId: string,
  { sql, params }: Statement,
): D1PreparedStatement {
  assertScoped(sql);
  return session.prepare(sql).bind(accountId, ...params);
}

/** Routing of one account: state, shard, the shard's binding and its own domains. */
export const findAccount = (): Statement => ({
  sql:
    'SELECT a.is_active, a.is_moving, a.db_shard_id, s.binding, ' +
    '(SELECT json_group_array(hostname) FROM account_domain WHERE account_id = ?1) AS domains ' +
    'FROM account AS a LEFT JOIN db_shard AS s ON s.id = a.db_shard_id WHERE a.id = ?1',
  params: [],
});

export const readDocument = (collection: Collection, id: string): Statement => ({
  sql: `SELECT entity_id, _version, body FROM ${collection} WHERE account_id = ?1 AND entity_id = ?2 AND deleted = 0`,
  params: [id],
});

/** A list in one of the shapes that a single index answers: filter, order and cursor together. */
export interface ListQuery {
  readonly collection: Collection;
  readonly filter?: Filter;
  /** An indexed field, or `id`. */
  readonly sort: string;
  readonly descending: boolean;
  readonly limit: number;
  /** The last row of the page before: its sort value (when sorted by a field) and its id. */
  readonly after?: Position;
}

export type Filter =
  | { readonly field: string; readonly equals: string }
  | { readonly field: string; readonly from: string; readonly before: string | undefined };

/** The list's SQL; one row more than the limit tells whether another page follows. */
export function listDocuments(query: ListQuery): Statement {
  const { collection, filter, sort, descending, limit, after } = query;
  const params: (string | number)[] = [];
  const bind = (value: string | number): string => `?${params.push(value) + 1}`;
  const sortColumn = sort === 'id' ? undefined : indexedColumn(collection, sort);
  const where = ['account_id = ?1', 'deleted = 0'];
  if (filter && 'equals' in filter)
    where.push(`${indexedColumn(collection, filter.field)} = ${bind(filter.equals)}`);
  if (filter && 'from' in filter) {
    const column = indexedColumn(collection, filter.field);
    // A cursor replaces the bound it lies beyond, so that a deep page costs no more than the first.
    if (!after || descending) where.push(`${column} >= ${bind(filter.from)}`);
    if (filter.before !== undefined && !(after && descending))
      where.push(`${column} < ${bind(filter.before)}`);
  }
  const compare = descending ? '<' : '>';
  if (after && sortColumn)
    where.push(`(${sortColumn}, entity_id) ${compare} (${bind(after.value ?? '')}, ${bind(after.id)})`);
  if (after && !sortColumn) where.push(`entity_id ${compare} ${bind(after.id)}`);
  const direction = descending ? 'DESC' : 'ASC';
  const order = [sortColumn, 'entity_id'].filter(Boolean).map((column) => `${column} ${direction}`);
  return {
    sql:
      `SELECT entity_id, _version, body${sortColumn ? `, ${sortColumn} AS sort_value` : ''} FROM ${collection} ` +
      `WHERE ${where.join(' AND ')} ORDER BY ${order.join(', ')} LIMIT ${bind(limit + 1)}`,
    params,
  };
}

/** A client with its finances (B9): the LEFT JOIN tells a client without finances from no client. */
export const listFinancesOfClient = (clientId: string, afterId: string, limit: number): Statement => ({
  sql:
    'SELECT c.entity_id AS client_id, c._version AS client_version, f.entity_id, f._version, f.body FROM clients AS c ' +
    'LEFT JOIN finances AS f ON f.account_id = ?1 AND f.client_id = c.entity_id AND f.deleted = 0 AND f.entity_id > ?3 ' +
    'WHERE c.account_id = ?1 AND c.entity_id = ?2 AND c.deleted = 0 ORDER BY f.entity_id LIMIT ?4',
  params: [clientId, afterId, limit + 1],
});

/**
 * Makes the batch around it fail unless the document is in the wanted state: `absent` (never existed),
 * `vacant` (absent or deleted), `live`, `any`, or a version. One statement's zero changes would not abort a D1 batch,
 * an error does, and json_extract with a bad path is an error that SQL can raise with a text of its own:
 * `precondition <position> <actual state>`.
 */
export const requireState = (
  collection: Collection,
  id: string,
  position: number,
  wanted: string,
): Statement => ({
  sql:
    `SELECT CASE WHEN CASE ?4 WHEN 'live' THEN state NOT IN ('absent', 'deleted') ` +
    `WHEN 'vacant' THEN state IN ('absent', 'deleted') WHEN 'any' THEN 1 ELSE state = ?4 END ` +
    `THEN state ELSE json_extract('{}', 'precondition ' || ?3 || ' ' || state) END ` +
    `FROM (SELECT coalesce((SELECT iif(deleted, 'deleted', CAST(_version AS TEXT)) FROM ${collection} ` +
    `WHERE account_id = ?1 AND entity_id = ?2), 'absent') AS state)`,
  // As text: D1 binds every number as a double, and 0.0 would show in the message.
  params: [id, String(position), wanted],
});

/** Writes the whole body; a deleted document comes back with the next version (B3). */
export const putDocument = (collection: Collection, id: string, body: string): Statement => ({
  sql:
    `INSERT INTO ${collection} (account_id, entity_id, _version, body) VALUES (?1, ?2, 1, ?3) ` +
    'ON CONFLICT (account_id, entity_id) DO UPDATE SET body = excluded.body, _version = _version + 1, deleted = 0 ' +
    'RETURNING _version',
  params: [id, body],
});

/** RFC 7396 merge patch, which is what SQLite's json_patch implements. */
export const patchDocument = (collection: Collection, id: string, patch: string): Statement => ({
  sql:
    `UPDATE ${collection} SET body = json_patch(body, ?3), _version = _version + 1 ` +
    'WHERE account_id = ?1 AND entity_id = ?2 AND deleted = 0 RETURNING _version',
  params: [id, patch],
});

/** Leaves a tombstone without content: the version must go on rising if the id is used again. */
export const deleteDocument = (collection: Collection, id: string): Statement => ({
  sql:
    `UPDATE ${collection} SET body = '{}', deleted = 1, _version = _version + 1 ` +
    'WHERE account_id = ?1 AND entity_id = ?2 AND deleted = 0 RETURNING _version',
  params: [id],
});

function indexedColumn(collection: Collection, field: string): string {
  const column = columnOf(collection, field);
  if (!column) {
    const known = Object.keys(collections[collection]).join(', ');
    throw new Error(`unindexed_field: ${collection} has no index on ${field}; indexed are ${known}.`);
  }
  return column;
}
