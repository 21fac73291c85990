import { z } from 'zod';
import { Outcome, Signal, Verdict } from './judgement.ts';
import { Environment } from './setup.ts';

/** The versioned result of a rehearsal: what an operation on a tenant's database came to, before it happens for real. */
export const REHEARSAL_SCHEMA_VERSION = 1;

const count = z.int().nonnegative();
const milliseconds = z.number().nonnegative();

/** What requests met in one stretch of the rehearsal. */
const Met = z.strictObject({
  count,
  failed: count,
  medianMs: milliseconds,
  longestMs: milliseconds,
  /** What the first few that failed were told. */
  errors: z.array(z.string()),
});

/** One way of doing it, on a fresh copy of the database. */
export const RehearsalAttempt = z.strictObject({
  /** `as written`, or `in parts`; or `backup`, `restore`, `erasure`. */
  name: z.string(),
  outcome: Outcome,
  reason: z.string(),
  /** In sentences, for whoever takes it over. */
  explained: z.array(z.string()),
  statements: z.array(
    z.strictObject({
      sql: z.string(),
      times: count,
      totalMs: milliseconds,
      longestMs: milliseconds,
      rowsChanged: count,
      rowsReadAtMost: count,
      rowsWrittenAtMost: count,
    }),
  ),
  longestTransactionMs: milliseconds,
  elapsedMs: milliseconds,
  /** Why it came to no end; null: it did. */
  ended: z.string().nullable(),
  before: Met,
  during: Met,
  after: Met,
  /** At list prices, of one tenant; null: no prices are known of that day. */
  usd: z.number().nonnegative().nullable(),
});
export type RehearsalAttempt = z.infer<typeof RehearsalAttempt>;

export const RehearsalResult = z.strictObject({
  schemaVersion: z.literal(REHEARSAL_SCHEMA_VERSION),
  runId: z.string(),
  kind: z.literal('rehearsal'),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  verdict: Verdict,
  /** Of the attempt as written. */
  signals: z.array(Signal),
  reproduce: z.string(),
  environment: Environment,
  system: z.string(),
  what: z.strictObject({
    /** As in `migration 0002_index.sql`. */
    name: z.string(),
    database: z.string(),
    /** Of the account that was asked for. */
    sizeBytes: z.int().positive(),
    /** Of its database. */
    fileBytes: z.int().positive(),
    rows: count,
    /** For how many tenants it is to be done, one after the other. */
    tenants: z.int().positive(),
  }),
  attempts: z.array(RehearsalAttempt).min(1),
  /** The statement that is too much for D1, and why nothing was rehearsed in its place, where nothing was. */
  tooMuch: z.strictObject({ statement: z.string(), why: z.string().nullable() }).nullable(),
  /** What the figures stand on. */
  basis: z.array(z.string()),
});
export type RehearsalResult = z.infer<typeof RehearsalResult>;
