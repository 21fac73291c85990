import type { Bill, CostItem, Headroom, StorageHeadroom } from '../../schema/index.ts';
import type { Table } from '../index.ts';
import { figureColumns, formatBytes, formatCount, formatMoney, formatUsd } from '../index.ts';

/** Beyond ten years a month more or less of a straight line says nothing. */
const FAR_OFF_MONTHS = 120;

/** What is left: each shard's room, and what a month costs on each placement; one clause each. */
export function headroomStatements({
  storage,
  bills,
  rate,
}: Pick<Headroom, 'storage' | 'bills' | 'rate'>): string[] {
  return [...storage.flatMap(storageStatements), ...billStatements(bills), ...rateStatements(bills, rate)];
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
  const twice = bills.flatMap(({ placement, twiceUsd }) =>
    twiceUsd === undefined ? [] : [`${formatUsd(twiceUsd)} ${placement}`],
  );
  return [
    `${month} at list price: ${prices}`,
    ...(twice.length === 0 ? [] : [`at twice the load: ${twice.join(', ')}`]),
    ...conditions,
  ];
}

/** The totals in another currency, with the rate and its day. */
function rateStatements(bills: readonly Bill[], rate: Headroom['rate']): string[] {
  if (!rate || bills.length === 0) return [];
  const { currency, perUsd, date, source } = rate;
  const prices = bills.map(
    ({ placement, totalUsd }) => `${formatMoney(totalUsd * perUsd, currency)} ${placement}`,
  );
  return [`that is ${prices.join(', ')}, at ${perUsd} ${currency} a dollar of ${date} (${source})`];
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
  const all = bills.flatMap(({ items }) => items);
  const names = [...new Set(all.map(({ name }) => name))];
  const useAndPrice = ({ items }: Bill, wanted: string): string[] => {
    const item = items.find(({ name }) => name === wanted);
    return item ? [`${formatCount(item.quantity)} ${item.unit}`, formatUsd(item.usd)] : ['–', '–'];
  };
  // Runs from before it was told have no price on an item.
  const isPriced = all.some(({ price }) => price !== undefined);
  const row = (name: string, price: string, figures: readonly string[]): string[] => [
    name,
    ...(isPriced ? [price] : []),
    ...figures,
  ];
  const isTwice = bills.some(({ twiceUsd }) => twiceUsd !== undefined);
  return {
    caption: 'What a month of the account adds to the bill, at list price',
    columns: [
      ['Item', 'left'],
      ...(isPriced ? [['List price', 'right'] as const] : []),
      ...bills.flatMap(({ placement }) => [
        [`Use, ${placement}`, 'right'] as const,
        [`Price, ${placement}`, 'right'] as const,
      ]),
    ],
    rows: [
      ...names.map((name) =>
        row(
          name,
          listPrice(all.find((item) => item.name === name)),
          bills.flatMap((bill) => useAndPrice(bill, name)),
        ),
      ),
      row(
        'total',
        '',
        bills.flatMap(({ totalUsd }) => ['', formatUsd(totalUsd)]),
      ),
      ...(isTwice
        ? [
            row(
              'total at twice the load',
              '',
              bills.flatMap(({ twiceUsd = 0 }) => ['', formatUsd(twiceUsd)]),
            ),
          ]
        : []),
    ],
  };
}

/** As in US$0.001 per 1,000,000 rows. */
function listPrice(item: CostItem | undefined): string {
  if (!item?.price) return '–';
  const { usd, per } = item.price;
  return `US$${usd} per ${per === 1 ? '' : `${formatCount(per)} `}${item.unit}`;
}

/** What the requests of each operation cost in a month, dearest first. */
export const operationBillTable = ({ operations = [] }: Pick<Headroom, 'operations'>): Table => ({
  caption: 'What a month of each operation costs, at list price',
  columns: [
    ['Operation', 'left'],
    ...figureColumns('Requests', 'Rows read', 'Rows written', 'KV keys read', 'KV keys written', 'Price'),
  ],
  rows: operations.map(({ operation, requests, rowsRead, rowsWritten, kvReads, kvWrites, usd }) => [
    operation,
    ...[requests, rowsRead, rowsWritten, kvReads, kvWrites].map((count) => formatCount(count)),
    formatUsd(usd),
  ]),
});
