import { databaseTable } from '../document/content/index.ts';
import type { Table } from '../document/index.ts';
import {
  figureColumns,
  formatCount,
  formatInstant,
  formatMs,
  formatUsd,
  percentileTexts,
  wordColumns,
} from '../document/index.ts';
import type { ComparisonResult } from '../schema/index.ts';
import { comparedThing, rangeText, ratioText, treatmentName } from './statements.ts';

/** The placements side by side, merged over their blocks. */
export const treatmentTable = ({ treatments, remote }: ComparisonResult): Table => ({
  caption: `${comparedThing({ remote })}s`,
  columns: [
    ...wordColumns(comparedThing({ remote })),
    ...figureColumns('Blocks', 'Requests/s', 'p50', 'p95', 'p99', ...(remote ? [] : ['A month'])),
  ],
  rows: treatments.map((treatment) => [
    treatmentName(treatment),
    formatCount(treatment.blocks.length),
    formatCount(treatment.requestsPerSecond),
    ...percentileTexts(treatment.latency),
    ...(remote ? [] : [treatment.bill === null ? '–' : formatUsd(treatment.bill.totalUsd)]),
  ]),
});

const FIGURE_NAME = { p50Ms: 'p50', p95Ms: 'p95', p99Ms: 'p99', requestsPerSecond: 'requests/s' } as const;

export const effectTable = ({ comparisons, bounds, remote }: ComparisonResult): Table => ({
  caption: 'Differences',
  columns: [
    ...wordColumns(comparedThing({ remote }), 'Against', 'Figure'),
    ...figureColumns('Ratio'),
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

/** The same tenants by either design, on one basis. */
export const manyTable = ({ ofMany = [] }: ComparisonResult): Table => ({
  caption: 'Many tenants like this one',
  columns: figureColumns('Tenants', 'Shards', 'A month', 'Cloudflare accounts', 'A month, each alone'),
  rows: ofMany.map(({ tenants, shards, sharedUsd, accounts, deploymentsUsd }) => [
    formatCount(tenants),
    formatCount(shards),
    formatUsd(sharedUsd),
    formatCount(accounts),
    formatUsd(deploymentsUsd),
  ]),
});

/** The rules of the decision, with the numbers that they saw. */
export const reasonTable = ({ decision }: ComparisonResult): Table => ({
  caption: 'Rules of the decision',
  columns: [...wordColumns('Rule', 'Observed', 'Bound', 'Speaks for it')],
  rows: (decision?.reasons ?? []).map(({ rule, observed, bound, holds }) => [
    rule,
    observed,
    bound,
    holds ? 'yes' : 'no',
  ]),
});

/** p95 of each operation, a treatment in each column. */
export function operationTable({ treatments }: ComparisonResult): Table {
  const operations = new Map(
    treatments.flatMap((treatment) =>
      treatment.operations.map(({ name, objectiveP95Ms }) => [name, objectiveP95Ms] as const),
    ),
  );
  return {
    caption: 'p95 by operation',
    columns: [
      ['Operation', 'left'],
      ...treatments.map(({ name }) => [name, 'right'] as const),
      ['Objective', 'right'],
    ],
    rows: [...operations].map(([name, objectiveP95Ms]) => [
      name,
      ...treatments.map((treatment) => {
        const latency = treatment.operations.find((operation) => operation.name === name)?.latency;
        return latency && latency.count > 0 ? formatMs(latency.p95Ms) : '–';
      }),
      `≤ ${formatMs(objectiveP95Ms)}`,
    ]),
  };
}

export function treatmentDatabaseTable({ treatments }: ComparisonResult): Table {
  const tables = treatments.map((treatment) => ({ treatment, table: databaseTable(treatment) }));
  return {
    caption: 'Databases of each placement',
    columns: [['Placement', 'left'], ...(tables[0]?.table.columns ?? [])],
    rows: tables.flatMap(({ treatment, table }) => table.rows.map((row) => [treatment.name, ...row])),
  };
}

/** Every block in the order in which it was run. */
export const blockTable = ({ treatments, remote }: ComparisonResult): Table => ({
  caption: 'Blocks',
  columns: [
    ...wordColumns('Block', comparedThing({ remote }), 'Started'),
    ...figureColumns('Requests', 'Failed', 'Requests/s', 'p50', 'p95', 'p99'),
  ],
  rows: treatments
    .flatMap((treatment) => treatment.blocks.map((block) => ({ treatment, block })))
    .toSorted((a, b) => a.block.order - b.block.order)
    .map(({ treatment, block }) => [
      formatCount(block.order),
      treatment.name,
      formatInstant(block.at),
      formatCount(block.requests),
      formatCount(block.failures),
      formatCount(block.requestsPerSecond),
      ...percentileTexts(block.latency),
    ]),
});
