import { z } from 'zod';
import type { Bill, CostItem } from '../../reports/schema/index.ts';
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
 * A month's bill of one account.
 *
 * @param use of the account alone, in a month
 * @returns what was not used is not on it
 */
export function billOf(placement: Bill['placement'], use: MonthlyUse): Bill {
  const used = CHARGES.filter((charge) => use[charge] > 0).map((charge): CostItem => {
    const { name, unit, included, usd, per } = prices.items[charge];
    const quantity = use[charge];
    const billed = placement === 'shared' ? quantity : Math.max(0, quantity - included);
    return { name, quantity, unit, usd: (billed / per) * usd };
  });
  const { name, usd } = prices.minimum;
  const items = placement === 'shared' ? used : [{ name, quantity: 1, unit: 'month', usd }, ...used];
  return { placement, items, totalUsd: items.reduce((sum, item) => sum + item.usd, 0) };
}

/** In what the two bills of the same use differ, each in a sentence. */
export function costAssumptions(shared: Bill, dedicated: Bill): string[] {
  const { usd } = prices.minimum;
  const includedUsd = shared.totalUsd + usd - dedicated.totalUsd;
  return [
    `Shared: what the bill of a Cloudflare account that many tenants share grows by. Its minimum of $${usd} and its included ` +
      'quantities are taken as used up by the others.',
    `Dedicated: a Cloudflare account of its own, hence the minimum of $${usd} and the included quantities, which are worth ` +
      `$${includedUsd.toFixed(2)} of this use (C8).`,
    'The placement itself costs nothing: Cloudflare charges neither by Worker nor by database, and a Worker and a D1 of its ' +
      'own within the shared Cloudflare account cost what the shared placement costs.',
  ];
}
