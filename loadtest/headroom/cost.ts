import { z } from 'zod';
import type { Bill, CostItem } from '../../reports/schema/index.ts';
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
  'kvStorageGb',
] as const;
type Charge = (typeof CHARGES)[number];

/** A month's use, each in the unit of the price table. */
export type MonthlyUse = Readonly<Record<Charge, number>>;

const amount = z.number().nonnegative();

const PriceTable = z.strictObject({
  plan: z.string(),
  readOn: z.iso.date(),
  currency: z.string(),
  minimum: z.strictObject({ name: z.string(), usd: amount, source: z.string() }),
  items: z.record(
    z.enum(CHARGES),
    z.strictObject({
      name: z.string(),
      unit: z.string(),
      /** A month, in one Cloudflare account. */
      included: amount,
      /** For so many beyond that. */
      usd: amount,
      per: z.number().positive(),
      source: z.string(),
    }),
  ),
});

export const prices = PriceTable.parse(table);

/** Where the prices are from, and when they were read. */
export const PRICE_SOURCE =
  `Cloudflare ${prices.plan} (${prices.currency}), read on ${prices.readOn}: ` +
  'developers.cloudflare.com/workers/platform/pricing, /d1/platform/pricing and /kv/platform/pricing.';

/**
 * A month's bill of one account, every unit at its price: what Cloudflare includes is no part of it (see includedUsd).
 *
 * @param use of the account alone, in a month
 * @returns what was not used is not on it; a dedicated placement pays the floor of a deployment of its own, too (C8)
 */
export function billOf(placement: Bill['placement'], use: MonthlyUse): Bill {
  const used = CHARGES.filter((charge) => use[charge] > 0).map((charge): CostItem => {
    const { name, unit } = prices.items[charge];
    return { name, quantity: use[charge], unit, usd: usdOf(charge, use[charge]) };
  });
  const { name, usd } = prices.minimum;
  const items = placement === 'shared' ? used : [{ name, quantity: 1, unit: 'month', usd }, ...used];
  return { placement, items, totalUsd: sum(items.map((item) => item.usd)) };
}

/** What a Cloudflare account of its own would not pay of this use, because its plan includes it. */
export const includedUsd = (use: MonthlyUse): number =>
  sum(CHARGES.map((charge) => usdOf(charge, Math.min(use[charge], prices.items[charge].included))));

function usdOf(charge: Charge, quantity: number): number {
  const { usd, per } = prices.items[charge];
  return (quantity / per) * usd;
}

/** What the two bills of this use stand on, each in a sentence. */
export const costAssumptions = (use: MonthlyUse): string[] => [
  'Both bills price every unit, so that they can be held against each other. What Cloudflare includes for each of its accounts, ' +
    `worth $${includedUsd(use).toFixed(2)} of this use, is on neither: the tenants that share one use it up together.`,
  `Dedicated adds the floor of a deployment of its own (C8): the minimum of $${prices.minimum.usd} of a Cloudflare account for ` +
    'it. A Worker and a D1 of its own within the shared Cloudflare account would add nothing.',
];
