import { databaseTable } from '../document/content/index.ts';
import type { Table } from '../document/index.ts';
import { formatCount, formatInstant, formatMs, formatUsd, percentileCells } from '../document/index.ts';
import type { ComparisonResult } from '../schema/index.ts';
import { armName, rangeText, ratioText } from './statements.ts';

/** The placements side by side, merged over their blocks. */
export const armTable = ({ arms }: ComparisonResult): Table => ({
  caption: 'Placements',
  columns: [
    ['Placement', 'left'],
    ['Blocks', 'right'],
    ['Requests/s', 'right'],
    ['p50', 'right'],
    ['p95', 'right'],
    ['p99', 'right'],
    ['A month', 'right'],
  ],
  rows: arms.map((arm) => [
    armName(arm),
    formatCount(arm.blocks.length),
    formatCount(arm.requestsPerSecond),
    ...percentileCells(arm.latency),
    arm.bill === null ? '–' : formatUsd(arm.bill.totalUsd),
  ]),
});

const FIGURE_NAME = { p50Ms: 'p50', p95Ms: 'p95', p99Ms: 'p99', requestsPerSecond: 'requests/s' } as const;

export const effectTable = ({ comparisons, bounds }: ComparisonResult): Table => ({
  caption: 'Differences',
  columns: [
    ['Placement', 'left'],
    ['Against', 'left'],
    ['Figure', 'left'],
    ['Ratio', 'right'],
    [bounds ? 'Interval, 95 % together' : '95 % interval', 'right'],
    ['Pairs', 'right'],
  ],
  rows: comparisons.map(({ other, base, figure, ratio, verdict, interval95, pairs }) => [
    other,
    base,
    FIGURE_NAME[figure],
    ratioText(ratio, verdict, { bounds }),
    rangeText(interval95),
    formatCount(pairs),
  ]),
});

/** The rules of the decision, with the numbers that they saw. */
export const reasonTable = ({ decision }: ComparisonResult): Table => ({
  caption: 'Rules of the decision',
  columns: [
    ['Rule', 'left'],
    ['Observed', 'left'],
    ['Bound', 'left'],
    ['Speaks for it', 'left'],
  ],
  rows: (decision?.reasons ?? []).map(({ rule, observed, bound, holds }) => [
    rule,
    observed,
    bound,
    holds ? 'yes' : 'no',
  ]),
});

/** p95 of each operation, an arm in each column. */
export function operationTable({ arms }: ComparisonResult): Table {
  const operations = new Map(
    arms.flatMap((arm) => arm.operations.map(({ name, objectiveP95Ms }) => [name, objectiveP95Ms] as const)),
  );
  return {
    caption: 'p95 by operation',
    columns: [
      ['Operation', 'left'],
      ...arms.map(({ name }) => [name, 'right'] as const),
      ['Objective', 'right'],
    ],
    rows: [...operations].map(([name, objectiveP95Ms]) => [
      name,
      ...arms.map((arm) => {
        const latency = arm.operations.find((operation) => operation.name === name)?.latency;
        return latency && latency.count > 0 ? formatMs(latency.p95Ms) : '–';
      }),
      `≤ ${formatMs(objectiveP95Ms)}`,
    ]),
  };
}

export function armDatabaseTable({ arms }: ComparisonResult): Table {
  const tables = arms.map((arm) => ({ arm, table: databaseTable(arm) }));
  return {
    caption: 'Databases of each placement',
    columns: [['Placement', 'left'], ...(tables[0]?.table.columns ?? [])],
    rows: tables.flatMap(({ arm, table }) => table.rows.map((row) => [arm.name, ...row])),
  };
}

/** Every block in the order in which it was run. */
export const blockTable = ({ arms }: ComparisonResult): Table => ({
  caption: 'Blocks',
  columns: [
    ['Block', 'left'],
    ['Placement', 'left'],
    ['Started', 'left'],
    ['Requests', 'right'],
    ['Failed', 'right'],
    ['Requests/s', 'right'],
    ['p50', 'right'],
    ['p95', 'right'],
    ['p99', 'right'],
  ],
  rows: arms
    .flatMap((arm) => arm.blocks.map((block) => ({ arm, block })))
    .toSorted((a, b) => a.block.order - b.block.order)
    .map(({ arm, block }) => [
      formatCount(block.order),
      arm.name,
      formatInstant(block.at),
      formatCount(block.requests),
      formatCount(block.failures),
      formatCount(block.requestsPerSecond),
      ...percentileCells(block.latency),
    ]),
});
