import { z } from 'zod';

/** Growth of one shard against the size at which D1 stops taking writes. */
export const StorageHeadroom = z.strictObject({
  shardId: z.string(),
  bytes: z.int().nonnegative(),
  limitBytes: z.int().positive(),
  /** What a month of this load adds. */
  growthBytesPerMonth: z.number().nonnegative(),
  /** null: it does not grow. */
  monthsLeft: z.number().nonnegative().nullable(),
});
export type StorageHeadroom = z.infer<typeof StorageHeadroom>;

/** One line of the bill. */
export const CostItem = z.strictObject({
  name: z.string(),
  /** A month's use by the account, in `unit`. */
  quantity: z.number().nonnegative(),
  unit: z.string(),
  usd: z.number().nonnegative(),
});
export type CostItem = z.infer<typeof CostItem>;

/** A month of the account under test, at list price, on one kind of placement. */
export const Bill = z.strictObject({
  placement: z.enum(['shared', 'dedicated']),
  items: z.array(CostItem),
  totalUsd: z.number().nonnegative(),
  /** A clause: under which condition this placement costs that; absent where none decides it. */
  condition: z.string().optional(),
});
export type Bill = z.infer<typeof Bill>;

export const Headroom = z.strictObject({
  storage: z.array(StorageHeadroom),
  bills: z.array(Bill),
  /** Where the prices are from, and when they were read. */
  priceTable: z.string(),
  /** What was assumed to get from a run to a month, each in a sentence. */
  assumptions: z.array(z.string()),
});
export type Headroom = z.infer<typeof Headroom>;
