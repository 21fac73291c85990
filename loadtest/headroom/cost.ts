import { z } from 'zod';
import { formatCount, formatUsd } from '../../reports/document/index.ts';
import type { Bill, CostItem, StatementsOfRun } from '../../reports/schema/index.ts';
import { sum } from '../sum.ts';
import table from './price-table.json' with { type: 'json' };

/** What Cloudflare charges for, in the order of a bill. */
const CHARGES = [
  'requests',
  'cpuMs',
  'rowsRead',
  'rowsWritten',
  'storageGb',
  'kvReads',
  'kvWrites',
  'kvDeletes',
  'kvLists',
  'r2ClassA',
  'r2ClassB',
  'logEvents',
  'logIngestedGb',
  'logStoredGb',
  'databases',
] as const;
type Charge = (typeof CHARGES)[number];

/** A month's use, each in the unit of the price table. */
export type MonthlyUse = Readonly<Record<Charge, number>>;

const amount = z.number().nonnegative();
const day = z.iso.date();

/** Each price holds from the first to the last of its days; an item's own days are within those of the table. */
const PriceTable = z.strictObject({
  plan: z.string(),
  currency: z.string(),
  readOn: day,
  from: day,
  /** The pages must be read again after this day: Cloudflare announces no end. */
  to: day,
  minimum: z.strictObject({ name: z.string(), usd: amount, source: z.string() }),
  items: z.record(
    z.enum(CHARGES),
    z.strictObject({
      name: z.string(),
      unit: z.string(),
      /** A month, in one Cloudflare account. */
      included: amount,
      /** What the plan Workers Free gives a Cloudflare account a day; absent where it gives nothing, or by the month. */
      freeDaily: amount.optional(),
      /** For so many beyond that. */
      usd: amount,
      per: z.number().positive(),
      from: day.optional(),
      to: day.optional(),
      source: z.string(),
    }),
  ),
});

const prices = PriceTable.parse(table);
type Price = (typeof prices)['items'][Charge];

/** What is charged for on one day, each at its price. */
export type Prices = readonly (Price & { readonly charge: Charge })[];

/**
 * The prices of a day: a run is billed by its own date, whenever its report is read.
 *
 * @param date as in 2026-11-27
 * @returns undefined outside the days for which the pages were read
 */
export function pricesOn(date: string): Prices | undefined {
  if (date < prices.from || date > prices.to) return undefined;
  return CHARGES.map((charge) => ({ charge, ...prices.items[charge] })).filter(
    ({ from = prices.from, to = prices.to }) => date >= from && date <= to,
  );
}

/** Of one Cloudflare account, in a month. */
export const minimumUsd = prices.minimum.usd;

/** Where the prices are from, for which days they hold and when they were read. */
export const PRICE_SOURCE =
  `Cloudflare ${prices.plan} (${prices.currency}), from ${prices.from} to ${prices.to}, read on ${prices.readOn}: ` +
  'developers.cloudflare.com/workers/platform/pricing, /d1/platform/pricing, /d1/platform/limits, /kv/platform/pricing, /r2/pricing and ' +
  '/observability/pricing.';

/** Why there is no bill of this day. */
export const noPricesOn = (date: string): string =>
  `There is no bill: the run is of ${date}, and the prices were read for ${prices.from} to ${prices.to}. Read Cloudflare's pages ` +
  'again, and write the new days and prices into the price table.';

/**
 * What a month of the account adds to the bill of the Cloudflare account that it runs in, wherever it is placed there: the one basis
 * of both placements. Every unit is at its price, and the minimum of the Cloudflare account is on neither: it is paid already.
 *
 * @param use of the account alone, in a month
 * @param people who are at work in that month
 * @returns what was not used is not on it; a dedicated placement has a database more
 */
export function billOf(placement: Bill['placement'], use: MonthlyUse, dated: Prices, people: number): Bill {
  const placed = placement === 'dedicated' ? { ...use, databases: use.databases + 1 } : use;
  const items = dated
    .filter(({ charge }) => placed[charge] > 0)
    .map((price): CostItem => {
      const quantity = placed[price.charge];
      const { name, unit, usd, per } = price;
      return { name, quantity, unit, price: { usd, per }, usd: usdOf(price, quantity) };
    });
  return {
    ...{ placement, items, people },
    totalUsd: sum(items.map(({ usd }) => usd)),
    twiceUsd: sum(
      dated.map((price) => usdOf(price, placed[price.charge] * (STANDING.includes(price.charge) ? 1 : 2))),
    ),
    ...(placement === 'dedicated' ? { condition: dedicatedCondition(placed, dated) } : {}),
  };
}

/** A part of a month's use at its prices. */
export const usdOfUse = (use: Partial<MonthlyUse>, dated: Prices): number =>
  sum(dated.map((price) => usdOf(price, use[price.charge] ?? 0)));

/** Each statement with its share of what the rows of all of them cost. @param date as in 2026-11-27 */
export function withShares({ statements, ...run }: StatementsOfRun, date: string): StatementsOfRun {
  const dated = pricesOn(date);
  if (!dated) return { ...run, statements };
  const costs = statements.map(({ executions, rowsRead, rowsWritten }) =>
    usdOfUse(
      { rowsRead: executions * (rowsRead?.mean ?? 0), rowsWritten: executions * (rowsWritten?.mean ?? 0) },
      dated,
    ),
  );
  const total = sum(costs);
  return {
    ...run,
    statements: statements.map((statement, index) => ({
      ...statement,
      ...(total > 0 && { shareOfCost: (costs[index] ?? 0) / total }),
    })),
  };
}

/** What is there whether anybody asks or not. */
const STANDING: readonly Charge[] = ['storageGb', 'databases'];

/** What a Cloudflare account of its own would not pay of this use, because its plan includes it. */
export const includedUsd = (use: MonthlyUse, dated: Prices): number =>
  sum(dated.map((price) => usdOf(price, Math.min(use[price.charge], price.included))));

/**
 * Whether the plan Workers Free would carry this use, as a sentence.
 *
 * @param days on which the month's use comes
 */
export function freePlanText(use: MonthlyUse, dated: Prices, days: number): string {
  const over = dated.flatMap(({ charge, name, unit, freeDaily }) => {
    const daily = use[charge] / days;
    return freeDaily === undefined || daily <= freeDaily
      ? []
      : [`${name}, ${formatCount(Math.round(daily))} ${unit} a day of ${formatCount(freeDaily)}`];
  });
  return over.length === 0
    ? 'Workers Free would carry it, as far as requests, rows and keys go.'
    : `Workers Free would not carry it: ${over.join(', ')}.`;
}

const usdOf = ({ usd, per }: Price, quantity: number): number => (quantity / per) * usd;

const dedicatedCondition = (use: MonthlyUse, dated: Prices): string =>
  `in the same Cloudflare account (its own: ${formatUsd(minimumUsd)} more, ${formatUsd(includedUsd(use, dated))} included)`;

/** What the two bills stand on, each in a sentence. */
export const costAssumptions = (use: MonthlyUse, dated: Prices): string[] => [
  'Both bills are what the bill of one Cloudflare account grows by when this tenant is added to it, every unit at its price: what is ' +
    'included is used up by the tenants together, and the minimum of the account is paid with or without this one.',
  `Dedicated adds a D1 of its own, at the price beyond ${prices.items.databases.included.toLocaleString('en-GB')} included databases; its ` +
    `Worker costs nothing more. In a Cloudflare account of its own the minimum of ${formatUsd(minimumUsd)} would come on top, and ` +
    `${formatUsd(includedUsd(use, dated))} of this use would be included.`,
];
