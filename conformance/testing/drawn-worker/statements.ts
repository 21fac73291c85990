/** Deleted documents keep their row, without a body, so that versions go on where they stopped. */
export const SCHEMA = `CREATE TABLE document (
  account TEXT NOT NULL, resource TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL,
  made_at INTEGER NOT NULL, changed_at INTEGER NOT NULL, is_new INTEGER NOT NULL, body TEXT CHECK (body IS NULL OR json_valid(body)),
  PRIMARY KEY (account, resource, id)) STRICT`;

/** SQL with its parameters after ?1, the account. */
export interface Statement {
  readonly sql: string;
  readonly params: readonly (string | number | null)[];
}

/** Conditions on the one row, or none, that a write is about. */
export const IS_THERE = 'count(body) = 1';
export const IS_NOT_THERE = 'count(body) = 0';
export const hasVersion = (versions: readonly number[]): string =>
  `(${IS_THERE} AND max(version) IN (${versions.join(', ')}))`;

export interface Change {
  readonly resource: string;
  readonly id: string;
  /** JSON of the whole document, or of a merge patch (RFC 7396); null: it is deleted. */
  readonly body: string | null;
  readonly isPatch: boolean;
  /** What must hold of the row; else the statement fails, and with it the transaction that it is in. */
  readonly demands: readonly string[];
}

/** @returns a statement that leaves one row, or fails because the version is NULL: see `isUnmet` */
export function change({ resource, id, body, isPatch, demands }: Change, nowMs: number): Statement {
  const held = isPatch ? "json_patch(coalesce(max(body), '{}'), ?5)" : '?5';
  const condition = demands.length === 0 ? 'TRUE' : demands.join(' AND ');
  return {
    sql:
      'INSERT INTO document (account, resource, id, version, made_at, changed_at, is_new, body) ' +
      `SELECT ?1, ?2, ?3, CASE WHEN ${condition} THEN coalesce(max(version), 0) + 1 END, ` +
      `CASE WHEN ${IS_THERE} THEN max(made_at) ELSE ?4 END, ?4, ${IS_NOT_THERE}, ${held} ` +
      'FROM document WHERE account = ?1 AND resource = ?2 AND id = ?3 ' +
      'ON CONFLICT DO UPDATE SET version = excluded.version, made_at = excluded.made_at, ' +
      'changed_at = excluded.changed_at, is_new = excluded.is_new, body = excluded.body RETURNING *',
    params: [resource, id, nowMs, body],
  };
}

export const isUnmet = (error: unknown): boolean =>
  error instanceof Error && error.message.includes('NOT NULL constraint failed: document.version');

export const read = (resource: string, id: string): Statement => ({
  sql: 'SELECT * FROM document WHERE account = ?1 AND resource = ?2 AND id = ?3 AND body IS NOT NULL',
  params: [resource, id],
});

export interface Search {
  readonly resource: string;
  readonly filter?:
    | { readonly field: string; readonly value: string; readonly isPrefix: boolean }
    | undefined;
  readonly sort?: string | undefined;
  readonly descending?: boolean;
  readonly limit: number;
  /** The last document of the page before. */
  readonly after?: { readonly value: string; readonly id: string } | undefined;
}

/** One document more than the limit tells that another page follows. */
export function list({ resource, filter, sort, descending = false, limit, after }: Search): Statement {
  const params: (string | number)[] = [resource];
  const bind = (value: string | number): string => `?${params.push(value) + 1}`;
  const held = (field: string): string => `coalesce(json_extract(body, ${bind(`$.${field}`)}), '')`;
  const value = sort === undefined ? 'id' : held(sort);
  const where = ['account = ?1', 'resource = ?2', 'body IS NOT NULL'];
  if (filter?.isPrefix) {
    const prefix = bind(filter.value);
    where.push(`substr(${held(filter.field)}, 1, length(${prefix})) = ${prefix}`);
  } else if (filter) where.push(`${held(filter.field)} = ${bind(filter.value)}`);
  if (after) where.push(`(${value}, id) ${descending ? '<' : '>'} (${bind(after.value)}, ${bind(after.id)})`);
  const direction = descending ? 'DESC' : 'ASC';
  return {
    sql:
      `SELECT *, ${value} AS value FROM document WHERE ${where.join(' AND ')} ` +
      `ORDER BY ${value} ${direction}, id ${direction} LIMIT ${bind(limit + 1)}`,
    params,
  };
}
