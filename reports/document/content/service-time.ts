import type { ServicePart } from '../../schema/index.ts';
import type { Figures } from '../figures.ts';
import { percentileCells } from '../figures.ts';
import type { Table } from '../index.ts';
import { formatCount, formatMs, formatPercent } from '../index.ts';

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

/** The parts of all requests' time, the largest first. */
export const partsByShare = ({ serviceParts }: Figures): ServicePart[] =>
  serviceParts.toSorted((a, b) => b.shareOfTime - a.shareOfTime);

export function partTable(figures: Figures): Table {
  return {
    caption: 'Parts of the time',
    columns: [
      ['Part', 'left'],
      ['Share of time', 'right'],
      ['Requests', 'right'],
      ['p50', 'right'],
      ['p95', 'right'],
      ['p99', 'right'],
    ],
    rows: partsByShare(figures).map((part) => [
      partName(part),
      formatPercent(part.shareOfTime * 100),
      formatCount(part.latency.count),
      ...percentileCells(part.latency),
    ]),
  };
}

/** What each database was busy with, the busiest first. */
export function databaseTable({ databases }: Pick<Figures, 'databases'>): Table {
  return {
    caption: 'Databases',
    columns: [
      ['Database', 'left'],
      ['Instance', 'left'],
      ['Busy', 'right'],
      ['Requests', 'right'],
      ['Mean service', 'right'],
      ['Mean wait', 'right'],
      ['Longest queue', 'right'],
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
