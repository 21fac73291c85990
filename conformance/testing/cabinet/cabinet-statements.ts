/** SQL with its parameters after ?1, the account, and ?2, the drawer. */
export interface Statement {
  readonly sql: string;
  readonly params: readonly (string | number)[];
}

export const SCHEMA = `CREATE TABLE file (
  account TEXT NOT NULL, drawer TEXT NOT NULL, name TEXT NOT NULL, revision INTEGER NOT NULL,
  gone INTEGER NOT NULL DEFAULT 0, made INTEGER NOT NULL DEFAULT 1, content TEXT NOT NULL CHECK (json_valid(content)),
  PRIMARY KEY (account, drawer, name)) STRICT`;

const OWN = 'account = ?1 AND drawer = ?2';

export const readFile = (name: string): Statement => ({
  sql: `SELECT name, revision, content FROM file WHERE ${OWN} AND name = ?3 AND gone = 0`,
  params: [name],
});

/** What a write demands of the file before it: a revision, that it is there, that it is not, or nothing. */
export type Demand = number | 'there' | 'not there' | 'nothing';

/** @returns no row when the demand is not met. The revision of a file goes on rising after it was removed. */
export function saveFile(name: string, content: string, demand: Demand): Statement {
  const insert =
    'INSERT INTO file (account, drawer, name, revision, content) VALUES (?1, ?2, ?3, 1, ?4) ON CONFLICT DO ' +
    'UPDATE SET content = excluded.content, revision = revision + 1, made = gone, gone = 0';
  if (demand === 'nothing')
    return { sql: `${insert} RETURNING name, revision, made`, params: [name, content] };
  if (demand === 'not there')
    return { sql: `${insert} WHERE gone = 1 RETURNING name, revision, made`, params: [name, content] };
  return changeFile('content = ?4', name, content, demand);
}

/** A name is used once. */
export const newFile = (name: string, content: string): Statement => ({
  sql:
    'INSERT INTO file (account, drawer, name, revision, content) VALUES (?1, ?2, ?3, 1, ?4) ' +
    'ON CONFLICT DO NOTHING RETURNING name, revision, made',
  params: [name, content],
});

export const mergeFile = (name: string, patch: string, demand: number | 'there'): Statement =>
  changeFile('content = json_patch(content, ?4)', name, patch, demand);

export const removeFile = (name: string, demand: number | 'there'): Statement =>
  changeFile('content = ?4, gone = 1', name, '{}', demand);

function changeFile(change: string, name: string, content: string, demand: number | 'there'): Statement {
  const revision = demand === 'there' ? '' : ' AND revision = ?5';
  return {
    sql: `UPDATE file SET ${change}, made = 0, revision = revision + 1 WHERE ${OWN} AND name = ?3 AND gone = 0${revision} RETURNING name, revision, made`,
    params: [name, content, ...(demand === 'there' ? [] : [demand])],
  };
}

export interface Search {
  readonly filter?:
    | { readonly field: string; readonly value: string; readonly isPrefix: boolean }
    | undefined;
  /** A field, or undefined for the name. */
  readonly sort: string | undefined;
  readonly descending: boolean;
  readonly limit: number;
  /** The last file of the page before. */
  readonly after?: { readonly value: string; readonly name: string } | undefined;
}

/** One file more than the limit tells that another page follows. Fields are bound too: JSON paths are data. */
export function listFiles({ filter, sort, descending, limit, after }: Search): Statement {
  const params: (string | number)[] = [];
  const bind = (value: string | number): string => `?${params.push(value) + 2}`;
  const fieldOf = (field: string): string => `coalesce(json_extract(content, ${bind(`$.${field}`)}), '')`;
  const value = sort === undefined ? 'name' : fieldOf(sort);
  const where = [OWN, 'gone = 0'];
  if (filter && !filter.isPrefix)
    where.push(`${fieldOf(filter.field)} = ${bind(filter.value)} COLLATE NOCASE`);
  if (filter?.isPrefix) {
    const prefix = bind(filter.value);
    where.push(`substr(${fieldOf(filter.field)}, 1, length(${prefix})) = ${prefix} COLLATE NOCASE`);
  }
  const direction = descending ? 'DESC' : 'ASC';
  if (after)
    where.push(`(${value}, name) ${descending ? '<' : '>'} (${bind(after.value)}, ${bind(after.name)})`);
  return {
    sql:
      `SELECT name, revision, content, ${value} AS value FROM file WHERE ${where.join(' AND ')} ` +
      `ORDER BY ${value} ${direction}, name ${direction} LIMIT ${bind(limit + 1)}`,
    params,
  };
}
