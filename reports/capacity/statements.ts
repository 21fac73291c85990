import type { Section, Table, TableValue } from '../document/index.ts';
import {
  figureColumns,
  formatCount,
  formatMs,
  formatPercent,
  note,
  table,
  wordColumns,
} from '../document/index.ts';
import type { Estimate, StatementOfRun, StatementsOfRun } from '../schema/index.ts';

/** Those that read or cost the most. */
const SHOWN = 25;

/** Which statements D1 ran, what they cost, how SQLite went about them, and what would help. */
export const statements = (run: StatementsOfRun): Section => ({
  id: 'statements',
  title: 'Statements',
  folded: true,
  blocks: [
    ...table(operationTable(run)),
    ...table(statementTable(run), { title: 'By statement', explained: EXPLAINED }),
    ...table(indexTable(run), { title: 'Indexes that would help' }),
    ...(run.uncounted > 0
      ? [
          note(
            `Not counted, because SQLite could not run them again: ${formatCount(run.uncounted)} executions.`,
          ),
        ]
      : []),
  ],
});

const EXPLAINED =
  "Rows are workerd's own count, of all executions or of a sample drawn evenly (then with the 95 % interval of the mean), in the " +
  'whole run. D1 bills rows that a statement looks at, not those that it returns.';

const estimateText = (estimate: Estimate | null): string => {
  if (estimate === null) return 'not counted';
  const { mean, low, high } = estimate;
  return high - low < mean / 100
    ? formatCount(mean)
    : `${formatCount(mean)} (${formatCount(low)} to ${formatCount(high)})`;
};

const operationTable = ({ operations }: StatementsOfRun): Table => ({
  caption: 'What a request of each operation costs',
  columns: [
    ['Operation', 'left'],
    ...figureColumns('Requests', 'Rows read', 'Rows written', 'KV keys read', 'KV keys written'),
  ],
  rows: operations.map(({ operation, requests, rowsRead, rowsWritten, kvReads, kvWrites }) => [
    operation,
    formatCount(requests),
    estimateText(rowsRead),
    estimateText(rowsWritten),
    formatCount(kvReads),
    formatCount(kvWrites),
  ]),
});

const statementTable = ({ statements: all }: StatementsOfRun): Table => ({
  caption: 'Statements, those that read the most rows first',
  columns: [
    ...wordColumns('Statement', 'Operation'),
    ...figureColumns(
      'Executions',
      'Rows read',
      'For each returned',
      'Rows written',
      'Share of cost',
      'On the primary',
    ),
  ],
  rows: all
    .slice(0, SHOWN)
    .map((statement) => [
      textOf(statement),
      statement.operation ?? 'outside of requests',
      formatCount(statement.executions),
      estimateText(statement.rowsRead),
      perReturned(statement),
      estimateText(statement.rowsWritten),
      statement.shareOfCost === undefined ? '–' : formatPercent(100 * statement.shareOfCost),
      formatMs(statement.primaryMs),
    ]),
});

/** The text, and below it the plan. */
const textOf = ({ database, sql, plan }: StatementOfRun): TableValue => [
  `${database}: ${sql ?? 'statements beyond the first thousand texts'}`,
  ...plan,
];

function perReturned({ executions, rowsReturned, rowsRead }: StatementOfRun): string {
  if (rowsRead === null) return '–';
  return rowsReturned === 0 ? 'none returned' : formatCount((rowsRead.mean * executions) / rowsReturned);
}

const indexTable = ({ statements: all }: StatementsOfRun): Table => ({
  caption: 'Indexes that would help, tried on this database and taken back',
  columns: [...wordColumns('Statement', 'Index'), ...figureColumns('Rows read', 'With it')],
  rows: all.flatMap(({ sql, index }) =>
    index ? [[sql ?? '', index.sql, formatCount(index.rowsRead), formatCount(index.rowsReadWith)]] : [],
  ),
});
