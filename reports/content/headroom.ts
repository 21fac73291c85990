import { formatBytes, formatCount, formatUsd } from '../format.ts';
import type { Bill, Headroom, StorageHeadroom } from '../schema/index.ts';
import type { Table } from './table.ts';

/** Beyond ten years a month more or less of a straight line says nothing. */
const FAR_OFF_MONTHS = 120;

/** What is left: each shard's room, and what a month costs on each placement; one clause each. */
export function headroomStatements({ storage, bills }: Pick<Headroom, 'storage' | 'bills'>): string[] {
  const prices = bills.map(({ placement, totalUsd }) => `${formatUsd(totalUsd)} ${placement}`).join(', ');
  return [...storage.map(storageStatement), ...(prices === '' ? [] : [`a month at list price: ${prices}`])];
}

function storageStatement({ shardId, bytes, limitBytes, monthsLeft }: StorageHeadroom): string {
  const filled = `${shardId} holds ${formatBytes(bytes)} of ${formatBytes(limitBytes)}`;
  if (monthsLeft === null) return `${filled} and does not grow`;
  if (monthsLeft === 0) return `${filled} and is full`;
  const left = monthsLeft > FAR_OFF_MONTHS ? 'more than ten years' : `${formatCount(monthsLeft)} months`;
  return `${filled}, full in ${left} of this load`;
}

/** The bills side by side, item by item; an item that one placement does not have stays empty there. */
export function billTable({ bills }: Pick<Headroom, 'bills'>): Table {
  const names = [...new Set(bills.flatMap(({ items }) => items.map(({ name }) => name)))];
  const cells = ({ items }: Bill, wanted: string): string[] => {
    const item = items.find(({ name }) => name === wanted);
    return item ? [`${formatCount(item.quantity)} ${item.unit}`, formatUsd(item.usd)] : ['–', '–'];
  };
  return {
    caption: 'A month of the account at list price',
    columns: [
      ['Item', 'left'],
      ...bills.flatMap(({ placement }) => [
        [`Use, ${placement}`, 'right'] as const,
        [`Price, ${placement}`, 'right'] as const,
      ]),
    ],
    rows: [
      ...names.map((name) => [name, ...bills.flatMap((bill) => cells(bill, name))]),
      ['total', ...bills.flatMap(({ totalUsd }) => ['', formatUsd(totalUsd)])],
    ],
  };
}
