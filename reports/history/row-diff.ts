import { join } from 'node:path';
import { formatCount } from '../document/index.ts';
import { ReportError } from '../errors.ts';
import type { OperationCost, StatementOfRun, StatementsOfRun } from '../schema/index.ts';
import { RUNS_FOLDER } from '../store/index.ts';
import { readResult } from './stored-result.ts';

/** What grows by less may be other documents. */
const GROWN = 1.2;
/** Of a request: less than one more is another draw. */
const MORE_ROWS = 1;

/** What two stored runs differ in, as lines, and whether a request of any operation reads or writes more rows in the second. */
export interface RowDiff {
  readonly lines: readonly string[];
  readonly hasGrown: boolean;
}

/**
 * Holds the rows of two stored capacity runs against each other, operation by operation.
 *
 * @throws ReportError `run_not_found` and its like; `run_kind` for a run of another kind, or without rows
 */
export async function diffRows(root: string, before: string, after: string): Promise<RowDiff> {
  const [older, newer] = [await countedRun(root, before), await countedRun(root, after)];
  const grown = grownOperations(older, newer);
  if (grown.length === 0)
    return {
      hasGrown: false,
      lines: [`No operation reads or writes more rows in ${after} than in ${before}.`],
    };
  return {
    hasGrown: true,
    lines: grown.flatMap(({ operation: grew, sentence }) => [
      sentence,
      ...newer.statements
        .filter(({ operation }) => operation === grew)
        .flatMap((statement) => statementLines(statement, older.statements)),
    ]),
  };
}

/** The operations of which a request reads or writes more rows than before, beyond chance and other documents, each with how many. */
export const grownOperations = (
  older: StatementsOfRun,
  newer: StatementsOfRun,
): { readonly operation: string; readonly sentence: string }[] =>
  newer.operations.flatMap((now) => {
    const then = older.operations.find(({ operation }) => operation === now.operation);
    if (!then || !(hasGrown(then, now, 'rowsRead') || hasGrown(then, now, 'rowsWritten'))) return [];
    const change = (of: 'rowsRead' | 'rowsWritten'): string =>
      `${formatCount(then[of].mean)} -> ${formatCount(now[of].mean)}`;
    const sentence = `${now.operation}: a request reads ${change('rowsRead')} rows and writes ${change('rowsWritten')}`;
    return [{ operation: now.operation, sentence }];
  });

async function countedRun(root: string, runId: string): Promise<StatementsOfRun> {
  const result = await readResult(join(root, RUNS_FOLDER, runId));
  if (result.kind === 'capacity' && result.statements) return result.statements;
  throw new ReportError('run_kind', `${runId} counted no rows. Name two capacity runs that did.`);
}

function hasGrown(then: OperationCost, now: OperationCost, of: 'rowsRead' | 'rowsWritten'): boolean {
  return now[of].low > then[of].high * GROWN && now[of].mean - then[of].mean >= MORE_ROWS;
}

function statementLines(now: StatementOfRun, before: readonly StatementOfRun[]): string[] {
  const then = before.find(({ sql, operation }) => sql === now.sql && operation === now.operation);
  const rows = (of: StatementOfRun['rowsRead']): number => of?.mean ?? 0;
  if (!then) return [`  new: ${now.sql}, ${formatCount(rows(now.rowsRead))} rows read each`];
  const isMore =
    rows(now.rowsRead) > rows(then.rowsRead) * GROWN ||
    rows(now.rowsWritten) > rows(then.rowsWritten) * GROWN;
  if (!isMore) return [];
  const lost = indexesIn(then).filter((index) => !indexesIn(now).includes(index));
  return [
    `  ${now.sql}: ${formatCount(rows(then.rowsRead))} -> ${formatCount(rows(now.rowsRead))} rows read each`,
    ...(lost.length > 0 ? [`  it used the index ${lost.join(', ')}, and does no more`] : []),
    ...(now.plan.length > 0 ? [`  now: ${now.plan.join('; ')}`] : []),
    ...(now.index ? [`  with ${now.index.sql} it reads ${formatCount(now.index.rowsReadWith)}`] : []),
  ];
}

/** Named in a plan (sqlite.org/eqp.html). */
const indexesIn = ({ plan }: StatementOfRun): string[] =>
  plan.flatMap((line) => /\bUSING (?:COVERING )?INDEX (\S+)/.exec(line)?.[1] ?? []);
