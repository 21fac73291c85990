import type { ServicePart } from '../../schema/index.ts';
import type { Figures } from '../figures.ts';
import { percentileTexts } from '../figures.ts';
import type { ReportBlock, Table } from '../index.ts';
import {
  figureColumns,
  formatCount,
  formatMs,
  formatPercent,
  note,
  partColour,
  table,
  wordColumns,
} from '../index.ts';

/** The parts of Server-Timing in words. */
const PART_NAME: Readonly<Record<string, string>> = {
  route: 'Account and shard lookup',
  d1: 'D1',
  kv: 'KV',
  app: 'Rest of the Worker',
  outside: 'Outside the Worker',
};

export function partName({ part, servedBy }: ServicePart): string {
  const name = PART_NAME[part] ?? part;
  return servedBy === '' ? name : `${name}, ${servedBy}`;
}

/** The largest first. */
const partsByShare = ({ serviceParts }: Figures): ServicePart[] =>
  serviceParts.toSorted((a, b) => b.shareOfTime - a.shareOfTime);

export function partTable(figures: Figures): Table {
  return {
    caption: 'Parts of the time',
    columns: [...wordColumns('Part'), ...figureColumns('Share of time', 'Requests', 'p50', 'p95', 'p99')],
    rows: partsByShare(figures).map((part) => [
      partName(part),
      formatPercent(part.shareOfTime * 100),
      formatCount(part.latency.count),
      ...percentileTexts(part.latency),
    ]),
  };
}

/** @param when of which requests the parts are */
export function partsBlocks(figures: Figures, when: string): ReportBlock[] {
  const parts = partsByShare(figures);
  if (parts.length === 0) return [];
  const shares = parts.map((part) => `${partName(part)} ${formatPercent(part.shareOfTime * 100)}`);
  return [
    note(`From the Worker's Server-Timing, ${when}.`),
    {
      kind: 'chart',
      id: 'service',
      label: `Share of all requests' time: ${shares.join('; ')}. Percentiles of each part are in the table below.`,
      caption: '',
      legend: parts.map((part, index) => ({ name: partName(part), colour: partColour(index) })),
      picture: { type: 'bars', rows: [{ name: '', values: parts.map(({ shareOfTime }) => shareOfTime) }] },
    },
    ...table(partTable(figures)),
  ];
}

/** What each database was busy with, the busiest first. */
export function databaseTable({ databases }: Pick<Figures, 'databases'>): Table {
  return {
    caption: 'Databases',
    columns: [
      ...wordColumns('Database', 'Instance'),
      ...figureColumns('Busy', 'Requests', 'Mean service', 'Mean wait', 'Longest queue'),
    ],
    rows: databases
      .toSorted((a, b) => b.utilisation - a.utilisation)
      .map((use) => [
        use.database,
        use.instance,
        formatPercent(use.utilisation * 100),
        formatCount(use.requests),
        formatMs(use.meanServiceMs),
        formatMs(use.meanQueueMs),
        formatCount(use.longestQueue),
      ]),
  };
}

/** The table with what its words mean. */
export const databasesBlocks = (databases: Table): ReportBlock[] =>
  table(databases, {
    title: 'Databases',
    explained:
      'D1 serves one request at a time: busy is the share of time in which it did, wait is for a turn.',
  });
