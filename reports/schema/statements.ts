import { z } from 'zod';

const count = z.int().nonnegative();
const amount = z.number().nonnegative();

/** A mean with the ends of its 95 % interval; all three are one where every execution was counted, or all were alike. */
export const Estimate = z.strictObject({ mean: amount, low: amount, high: amount });
export type Estimate = z.infer<typeof Estimate>;

/** What one statement did for one operation, on all instances of its database and in the whole run. */
export const StatementOfRun = z.strictObject({
  database: z.string(),
  /** null: it was run outside of the requests of the journey. */
  operation: z.string().nullable(),
  /** null: the statements beyond the first thousand texts. */
  sql: z.string().nullable(),
  access: z.enum(['read', 'write']),
  executions: count,
  /** Those whose rows were counted, and stand for all. */
  counted: count,
  rowsReturned: count,
  /** Of an execution, by workerd's own count; null: SQLite could not count it. */
  rowsRead: Estimate.nullable(),
  rowsWritten: Estimate.nullable(),
  /** Of what all these rows cost at list price; absent where no prices are known of the day. */
  shareOfCost: z.number().min(0).max(1).optional(),
  /** How long SQLite worked on it, on this machine and on the primary. */
  primaryMs: amount,
  /** The lines of EXPLAIN QUERY PLAN, where it was asked. */
  plan: z.array(z.string()),
  /** What lets it read fewer rows; it was tried. Absent where nothing was found, or nothing was looked for. */
  index: z.strictObject({ sql: z.string(), rowsRead: amount, rowsReadWith: amount }).optional(),
});
export type StatementOfRun = z.infer<typeof StatementOfRun>;

/** What a request of an operation costs. */
export const OperationCost = z.strictObject({
  operation: z.string(),
  /** In the whole run. */
  requests: count,
  /** Of a request. */
  rowsRead: Estimate,
  rowsWritten: Estimate,
  kvReads: amount,
  kvWrites: amount,
  kvDeletes: amount,
  kvLists: amount,
});
export type OperationCost = z.infer<typeof OperationCost>;

/** What D1 ran in the whole run, warming up included. */
export const StatementsOfRun = z.strictObject({
  /** Those that read the most rows first. */
  statements: z.array(StatementOfRun),
  operations: z.array(OperationCost),
  /** Executions of statements none of which could be counted. */
  uncounted: count,
});
export type StatementsOfRun = z.infer<typeof StatementsOfRun>;
