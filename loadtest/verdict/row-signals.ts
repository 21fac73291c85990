import { formatCount } from '../../reports/document/index.ts';
import type { StatementOfRun } from '../../reports/schema/index.ts';
import type { Evidence, Facts } from './evidence.ts';

/**
 * Whether each operation reads no more rows than it may: D1 bills rows that are looked at, and a missing index shows there long
 * before it shows in answer times.
 */
export function rowSignals({
  scenario: { maxRowsPerOperation },
  statements,
}: Pick<Evidence, 'scenario' | 'statements'>): Facts[] {
  if (maxRowsPerOperation === undefined) return [];
  const [most] = (statements?.operations ?? []).toSorted((a, b) => b.rowsRead.mean - a.rowsRead.mean);
  const cause = statements?.statements.find(({ operation }) => operation === most?.operation);
  return [
    {
      id: 'rows-per-operation',
      title: most
        ? `Rows that a request of ${most.operation} reads, the most of all operations`
        : 'Rows that a request reads',
      kind: 'objective',
      observed: most?.rowsRead.mean ?? Number.NaN,
      bound: maxRowsPerOperation,
      comparison: 'at most',
      unit: 'rows',
      onBreach: 'FAIL',
      why: `By --max-rows-per-operation: D1 bills the rows that a statement looks at.${cause ? ` ${causeText(cause)}` : ''}`,
    },
  ];
}

/** Which statement it is, and what would help. */
function causeText({ sql, rowsRead, rowsReturned, executions, index, plan }: StatementOfRun): string {
  const read = formatCount(rowsRead?.mean ?? 0);
  const returned = formatCount(rowsReturned / executions);
  const helps = index
    ? ` With ${index.sql} it reads ${formatCount(index.rowsReadWith)} instead of ${formatCount(index.rowsRead)}.`
    : '';
  const how = plan.length > 0 ? ` (${plan.join('; ')})` : '';
  return `Most of them: ${sql}${how}, which reads ${read} rows for ${returned} that it returns.${helps}`;
}
