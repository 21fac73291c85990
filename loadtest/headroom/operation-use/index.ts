import { z } from 'zod';
import measured from './operation-use.json' with { type: 'json' };

const quantity = z.number().nonnegative();

/** What one request of an operation costs on average, in the units that Cloudflare bills. */
export const Use = z.strictObject({
  /** Of the shard; a look-up of the account comes on top. */
  rowsRead: quantity,
  rowsWritten: quantity,
  kvReads: quantity,
  kvWrites: quantity,
  kvDeletes: quantity,
});
export type Use = z.infer<typeof Use>;

/** Where KV is not asked, the three are the same. */
export const OperationUse = z.strictObject({ withoutKv: Use, kvMiss: Use, kvHit: Use });
export type OperationUse = z.infer<typeof OperationUse>;

/** What the journey's operations cost, as `measure.ts` measured it. */
export const MeasuredUse = z.strictObject({
  /** The system whose operations they are. */
  system: z.string(),
  howMade: z.string(),
  operations: z.record(z.string(), OperationUse),
  /** Rows of the account database that one look-up of the account reads; KV is never asked for it. */
  accountLookupRowsRead: quantity,
  /** What one request of a write adds to the shard's file, indexes included. */
  growthBytes: z.record(z.string(), quantity),
});
export type MeasuredUse = z.infer<typeof MeasuredUse>;

export const measuredUse: MeasuredUse = MeasuredUse.parse(measured);
