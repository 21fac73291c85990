import type { Bill, Headroom, StorageHeadroom } from '../../schema/index.ts';
import type { Table } from '../index.ts';
import { formatBytes, formatCount, formatUsd } from '../index.ts';

/** Beyond ten years a month more or less of a straight line says nothing. */
const FAR_OFF_MONTHS = 120;

/** What is left: each shard's room, and what a month costs on each placement; one clause each. */
export function headroomStatements({ storage, bills }: Pick<Headroom, 'storage' | 'bills'>): string[] {
  return [...storage.flatMap(storageStatements), ...billStatements(bills)];
}

/** What a month adds to the bill on each placement, for how many people; and under which condition. Nothing without a bill. */
export function billStatements(bills: readonly Bill[]): string[] {
  if (bills.length === 0) return [];
  const prices = bills.map(({ placement, totalUsd }) => `${formatUsd(totalUsd)} ${placement}`).join(', ');
  const people = bills.find((bill) => bill.people !== undefined)?.people;
  const month = people === undefined ? 'a month' : `a month of ${peopleText(people)}`;
  const conditions = bills.flatMap(({ placement, condition }) =>
    condition === undefined ? [] : [`${placement}: ${condition}`],
  );
  return [`${month} at list price: ${prices}`, ...conditions];
}

const peopleText = (people: number): string => `${formatCount(Math.round(people))} people at work`;

/** By growth model. */
const GROWTH_TEXT = {
  history: ' if it grows as it has',
  tenants: ' if its tenants grow as their file says',
} as const;

function storageStatements(storage: StorageHeadroom): string[] {
  const { shardId, bytes, limitBytes, monthsLeft, growthModel, ofLoad } = storage;
  const filled = `${shardId} holds ${formatBytes(bytes)} of ${formatBytes(limitBytes)}`;
  if (monthsLeft === null) return [`${filled} and does not grow`];
  if (monthsLeft === 0) return [`${filled} and is full`];
  const byModel = growthModel === undefined ? '' : GROWTH_TEXT[growthModel];
  const byLoad =
    ofLoad === undefined || ofLoad.monthsLeft === null
      ? []
      : [`in ${monthsText(ofLoad.monthsLeft)} if ${peopleText(ofLoad.people)} write as in this run`];
  return [`${filled}, full in ${monthsText(monthsLeft)}${byModel}`, ...byLoad];
}

const monthsText = (months: number): string =>
  months > FAR_OFF_MONTHS ? 'more than ten years' : `${formatCount(months)} months`;

/** The bills side by side, item by item; an item that one placement does not have stays empty there. */
export function billTable({ bills }: Pick<Headroom, 'bills'>): Table {
  const names = [...new Set(bills.flatMap(({ items }) => items.map(({ name }) => name)))];
  const useAndPrice = ({ items }: Bill, wanted: string): string[] => {
    const item = items.find(({ name }) => name === wanted);
    return item ? [`${formatCount(item.quantity)} ${item.unit}`, formatUsd(item.usd)] : ['–', '–'];
  };
  return {
    caption: 'What a month of the account adds to the bill, at list price',
    columns: [
      ['Item', 'left'],
      ...bills.flatMap(({ placement }) => [
        [`Use, ${placement}`, 'right'] as const,
        [`Price, ${placement}`, 'right'] as const,
      ]),
    ],
    rows: [
      ...names.map((name) => [name, ...bills.flatMap((bill) => useAndPrice(bill, name))]),
      ['total', ...bills.flatMap(({ totalUsd }) => ['', formatUsd(totalUsd)])],
    ],
  };
}
