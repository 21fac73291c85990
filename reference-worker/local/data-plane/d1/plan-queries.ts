import type { Query, WireValue } from './protocol.ts';
import { type SqlStatement, splitStatements } from './sql.ts';
import { D1Refusal } from './sqlite-errors.ts';

export interface PlannedQuery {
  readonly statements: readonly SqlStatement[];
  readonly params: readonly WireValue[];
}

export interface PlannedRequest {
  readonly queries: readonly PlannedQuery[];
  readonly access: 'read' | 'write';
}

/**
 * What the queries of one request amount to. Queries that are only comments do not count.
 *
 * @throws D1Refusal when nothing is left
 */
export function planRequest(queries: readonly Query[]): PlannedRequest {
  const planned = queries
    .map(({ sql, params }) => ({ statements: splitStatements(sql), params: params ?? [] }))
    .filter(({ statements }) => statements.length > 0);
  if (planned.length === 0) throw new D1Refusal('No SQL statements detected.');
  const readOnly = planned.every(({ statements }) => statements.every((statement) => statement.readOnly));
  return { queries: planned, access: readOnly ? 'read' : 'write' };
}
