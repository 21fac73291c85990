import { LruCache } from './lru-cache.ts';
import type { Query, WireValue } from './protocol.ts';
import { type SqlStatement, splitStatements } from './sql.ts';
import { D1Refusal } from './sqlite-errors.ts';

export interface PlannedQuery {
  /** As the Worker wrote it. */
  readonly sql: string;
  readonly statements: readonly SqlStatement[];
  readonly params: readonly WireValue[];
}

export interface PlannedRequest {
  readonly queries: readonly PlannedQuery[];
  readonly access: 'read' | 'write';
  /** What its caller calls the request that the Worker serves with it. */
  readonly operation: string | undefined;
}

/** Lines that hold nothing, and comment lines that are indented, D1 leaves out; any other comment is an error. */
const isBlank = (sql: string): boolean => sql.replaceAll(/^\s+--.*/gm, '').trim() === '';

/** A Worker asks the same again and again; a long text, as of a file of inserts, is not asked twice. */
const known = new LruCache<readonly SqlStatement[]>(512);
const LONG_SQL = 4_096;

function statementsOf(sql: string): readonly SqlStatement[] {
  if (sql.length > LONG_SQL) return splitStatements(sql);
  const statements = known.get(sql) ?? splitStatements(sql);
  known.set(sql, statements);
  return statements;
}

/**
 * What the queries of one request amount to.
 *
 * @throws D1Refusal when nothing is left
 */
export function planRequest(queries: readonly Query[], operation?: string): PlannedRequest {
  const planned = queries
    .filter(({ sql }) => !isBlank(sql))
    .map(({ sql, params }) => ({ sql, statements: statementsOf(sql), params: params ?? [] }));
  if (planned.length === 0) throw new D1Refusal('No SQL statements detected.');
  const readOnly = planned.every(({ statements }) => statements.every((statement) => statement.readOnly));
  return { queries: planned, access: readOnly ? 'read' : 'write', operation };
}
