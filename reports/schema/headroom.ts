import { z } from 'zod';

/** Growth of one shard against the size at which D1 stops taking writes. */
export const StorageHeadroom = z.strictObject({
  shardId: z.string(),
  bytes: z.int().nonnegative(),
  limitBytes: z.int().positive(),
  /**
   * `history`: it grows as in the years in which its documents came. `tenants`: as the tenants file says of each. Absent in runs
   * from before the model was named.
   */
  growthModel: z.enum(['history', 'tenants']).optional(),
  /** By the growth model. */
  growthBytesPerMonth: z.number().nonnegative(),
  /** null: it does not grow. */
  monthsLeft: z.number().nonnegative().nullable(),
  /** The same at what so many people at work write, if they write as in the run in all working hours; absent: not to this shard. */
  ofLoad: z
    .strictObject({
      people: z.number().positive(),
      growthBytesPerMonth: z.number().nonnegative(),
      monthsLeft: z.number().nonnegative().nullable(),
    })
    .optional(),
});
export type StorageHeadroom = z.infer<typeof StorageHeadroom>;

/** What a dollar is in another currency. */
export const ExchangeRate = z.strictObject({
  /** ISO 4217. */
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .default('GBP'),
  perUsd: z.number().positive(),
  date: z.iso.date(),
  source: z.string().min(1),
});
export type ExchangeRate = z.infer<typeof ExchangeRate>;

/** One line of the bill. */
export const CostItem = z.strictObject({
  name: z.string(),
  /** A month's use by the account, in `unit`. */
  quantity: z.number().nonnegative(),
  unit: z.string(),
  /** So many dollars for so many units. Absent in runs from before this was told. */
  price: z.strictObject({ usd: z.number().nonnegative(), per: z.number().positive() }).optional(),
  usd: z.number().nonnegative(),
});
export type CostItem = z.infer<typeof CostItem>;

/** What a month of the account under test adds to the bill of a Cloudflare account, at list price, on one kind of placement. */
export const Bill = z.strictObject({
  placement: z.enum(['shared', 'dedicated']),
  items: z.array(CostItem),
  totalUsd: z.number().nonnegative(),
  /** The same at twice the load, with as much stored. Absent in runs from before this was told. */
  twiceUsd: z.number().nonnegative().optional(),
  /** How many people at work it is the bill of; absent in runs from before this was told. */
  people: z.number().positive().optional(),
  /** A clause: under which condition this placement costs that; absent where none decides it. */
  condition: z.string().optional(),
});
export type Bill = z.infer<typeof Bill>;

/** What many tenants like the one under test pay together in a month, at list price and whole. */
export const ManyTenants = z.strictObject({
  tenants: z.int().positive(),
  /** How many databases they fill where they share. */
  shards: z.int().positive(),
  sharedUsd: z.number().nonnegative(),
  /** How many Cloudflare accounts hold a Worker of each. */
  accounts: z.int().positive(),
  /** With a Worker and a database of each one's own. */
  deploymentsUsd: z.number().nonnegative(),
});
export type ManyTenants = z.infer<typeof ManyTenants>;
/** What a month of one operation's requests costs: what is stored and the processor are of no one operation. */
export const OperationBill = z.strictObject({
  operation: z.string(),
  requests: z.number().nonnegative(),
  rowsRead: z.number().nonnegative(),
  rowsWritten: z.number().nonnegative(),
  kvReads: z.number().nonnegative(),
  /** Deletes and lists, which cost the same, included. */
  kvWrites: z.number().nonnegative(),
  usd: z.number().nonnegative(),
});
export type OperationBill = z.infer<typeof OperationBill>;

export const Headroom = z.strictObject({
  storage: z.array(StorageHeadroom),
  /** Empty where no prices are known of the day of the run. */
  bills: z.array(Bill),
  /** Absent where no prices are known, and in runs from before it was told. */
  ofMany: z.array(ManyTenants).optional(),
  /** By operation, dearest first. Absent in runs from before this was told. */
  operations: z.array(OperationBill).optional(),
  /** Absent where nobody named one. */
  rate: ExchangeRate.optional(),
  /** Where the prices are from, and when they were read; or why there is no bill. */
  priceTable: z.string(),
  /** What was assumed to get from a run to a month, each in a sentence. */
  assumptions: z.array(z.string()),
});
export type Headroom = z.infer<typeof Headroom>;
