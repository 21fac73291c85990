import type { ShopTable } from './tables.ts';

/** All SQL of the shop. No statement names a tenant: the database is one tenant's (C2). */

export type ShopValue = string | number;
export interface ShopStatement {
  readonly sql: string;
  readonly values: readonly ShopValue[];
}
export type ShopValues = Readonly<Record<string, ShopValue>>;

const columnsOf = ({ fields }: ShopTable) =>
  Object.entries(fields).map(([field, [column]]) => ({ field, column }));
const shown = (table: ShopTable): string =>
  ['id', ...columnsOf(table).map(({ field, column }) => `${column} AS ${field}`)].join(', ');

export const selectOne = (table: ShopTable, id: string): ShopStatement => ({
  sql: `SELECT ${shown(table)} FROM ${table.table} WHERE id = ?1`,
  values: [id],
});

/** One more than `limit`, which shows whether there is another page. */
export function selectPage(
  table: ShopTable,
  {
    after,
    limit,
    filter,
  }: {
    readonly after: string;
    readonly limit: number;
    readonly filter?: readonly [field: string, value: string] | undefined;
  },
): ShopStatement {
  const column = filter && table.fields[filter[0]]?.[0];
  const where = column === undefined ? '' : ` AND ${column} = ?3`;
  return {
    sql: `SELECT ${shown(table)} FROM ${table.table} WHERE id > ?1${where} ORDER BY id LIMIT ?2`,
    values: [after, limit + 1, ...(filter && column !== undefined ? [filter[1]] : [])],
  };
}

/** @param replaces whether what is there under this id may be replaced; otherwise no row comes back */
export function insertRecord(
  table: ShopTable,
  id: string,
  document: ShopValues,
  replaces: boolean,
): ShopStatement {
  const columns = columnsOf(table);
  const names = columns.map(({ column }) => column);
  const places = columns.map((_, at) => `?${at + 2}`);
  const conflict = replaces
    ? `ON CONFLICT (id) DO UPDATE SET ${names.map((name) => `${name} = excluded.${name}`).join(', ')}`
    : 'ON CONFLICT (id) DO NOTHING';
  return {
    sql: `INSERT INTO ${table.table} (id, ${names.join(', ')}) VALUES (?1, ${places.join(', ')}) ${conflict} RETURNING ${shown(table)}`,
    values: [id, ...columns.map(({ field }) => document[field] ?? '')],
  };
}

/** Sets what is named and nothing else, in one statement: two tills that change other fields undo nothing of each other. */
export function updateRecord(table: ShopTable, id: string, change: ShopValues): ShopStatement {
  const changed = columnsOf(table).filter(({ field }) => Object.hasOwn(change, field));
  const set = changed.map(({ column }, at) => `${column} = ?${at + 2}`).join(', ') || 'id = id';
  return {
    sql: `UPDATE ${table.table} SET ${set} WHERE id = ?1 RETURNING ${shown(table)}`,
    values: [id, ...changed.map(({ field }) => change[field] ?? '')],
  };
}

export const deleteRecord = ({ table }: ShopTable, id: string): ShopStatement => ({
  sql: `DELETE FROM ${table} WHERE id = ?1 RETURNING id`,
  values: [id],
});

export const selectKeyHolder = (sha256: string): ShopStatement => ({
  sql: 'SELECT staff.id AS id FROM staff_key JOIN staff ON staff.id = staff_key.staff_id WHERE sha256 = ?1',
  values: [sha256],
});

export const insertEvent = (
  id: string,
  service: string,
  payload: string,
  receivedAt: string,
): ShopStatement => ({
  sql: 'INSERT INTO webhook_event (id, service, payload, received_at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (id) DO NOTHING',
  values: [id, service, payload, receivedAt],
});
