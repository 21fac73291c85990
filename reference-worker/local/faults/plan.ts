import { z } from 'zod';
import { Region } from '../latency/index.ts';
import { POPS } from '../pops.ts';
import { D1_ERRORS, mayCommit } from './d1-errors.ts';

const ms = z.number().nonnegative();

/** Times count from the moment at which the plan is set. */
const beginning = {
  /** Names the fault in the log of firings; unique in a plan. */
  id: z.string().min(1),
  fromMs: ms.default(0),
};

/** When a fault may fire. */
const period = {
  ...beginning,
  /** Until the plan is replaced, unless given. */
  forMs: z.number().positive().optional(),
};

/** Which of the requests that it could hit it does hit. */
const portion = {
  share: z.number().gt(0).max(1).default(1),
  /** At most so often, in each database and each namespace. */
  times: z.int().positive().optional(),
};

const database = z.string().optional();
const region = Region.optional();
const pop = z.enum(POPS).optional();
const access = z.enum(['read', 'write']).optional();
const namespace = z.string().optional();
/** A regular expression that the key must match: of KV or R2, the URL of the Cache API, or the path at an upstream. */
const keyPattern = z.string().refine(isPattern, 'must be a regular expression').optional();
const upstream = z.string().optional();
const bucket = z.string().optional();
const operation = z.enum(['get', 'put', 'delete', 'list']).optional();

function isPattern(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}

/** The oldest state that a stale read of an upstream can show. */
export const UPSTREAM_STALE_MAX_MS = 60_000;

/** What can go wrong. What a selector leaves out is not restricted. */
export const Fault = z.discriminatedUnion('kind', [
  /** Commits take longer to reach the replica; the commits behind them wait their turn. */
  z.strictObject({
    ...period,
    ...portion,
    kind: z.literal('replica-lag'),
    database,
    region,
    addMs: z.number().positive(),
  }),
  /** The replica shows nothing new until the fault ends. */
  z.strictObject({ ...period, kind: z.literal('replica-pause'), database, region }),
  /** The request reaches another replica than its PoP's own. */
  z.strictObject({ ...period, ...portion, kind: z.literal('replica-switch'), database, pop, to: Region }),
  /** A change of the schema, and every commit after it, reaches the replica late. */
  z.strictObject({
    ...period,
    ...portion,
    kind: z.literal('schema-behind'),
    database,
    region,
    addMs: z.number().positive(),
  }),
  /**
   * An instance answers with one of D1's documented errors, before or after the commit, and the caller is not told
   * which. Where the text says that it was reset, its queue is gone. What only reads is tried again by D1 itself, where
   * the error is one to retry.
   */
  z
    .strictObject({
      ...period,
      ...portion,
      kind: z.literal('d1-error'),
      database,
      instance: z.enum(['primary', 'replica']).optional(),
      region,
      access,
      error: z.enum(D1_ERRORS),
      commit: z.enum(['before', 'after']).default('before'),
    })
    .refine(({ error, commit }) => commit === 'before' || mayCommit(error), {
      error: 'must be before: nothing is run when the database is not there',
      path: ['commit'],
    })
    .refine(({ error, instance }) => error !== 'replica-disconnected' || instance === 'replica', {
      error: 'must be replica: only a replica loses its primary',
      path: ['instance'],
    }),
  /**
   * The connection ends before the request is read, after its work is done, or in the middle of the reply. What only
   * reads is tried again by D1 itself, unless its reply was already on the way: three losses in a row are seen.
   */
  z.strictObject({
    ...period,
    ...portion,
    kind: z.literal('connection-lost'),
    database,
    pop,
    access,
    when: z.enum(['before', 'after', 'mid-reply']),
  }),
  z.strictObject({
    ...period,
    ...portion,
    kind: z.literal('overloaded'),
    database,
    pop,
    access,
    reason: z.enum(['too-many-queued', 'queued-too-long']),
  }),
  /** Requests occupy the database for longer than the profile says. */
  z
    .strictObject({
      ...period,
      ...portion,
      kind: z.literal('slow-shard'),
      database,
      region,
      access,
      factor: z.number().min(1).default(1),
      addMs: ms.default(0),
    })
    .refine(({ factor, addMs }) => factor > 1 || addMs > 0, {
      error: 'needs addMs, or a factor above 1',
      path: ['addMs'],
    }),
  /** A read gets the value before the newest one, whatever time has passed. */
  z.strictObject({ ...period, ...portion, kind: z.literal('kv-stale-value'), namespace, pop, keyPattern }),
  /** A read finds nothing, as if the key had not been created yet. */
  z.strictObject({ ...period, ...portion, kind: z.literal('kv-stale-absence'), namespace, pop, keyPattern }),
  z.strictObject({
    ...period,
    ...portion,
    kind: z.literal('kv-error'),
    namespace,
    pop,
    keyPattern,
    operation,
    status: z.int().min(500).max(599).default(500),
  }),
  /** A write is refused as if the key had been written within the last second. */
  z.strictObject({ ...period, ...portion, kind: z.literal('kv-write-limit'), namespace, pop, keyPattern }),
  z.strictObject({
    ...period,
    ...portion,
    kind: z.literal('kv-slow'),
    namespace,
    pop,
    keyPattern,
    operation,
    addMs: z.number().positive(),
  }),
  /** R2 answers with an internal error, before or after it has done what was asked, and the caller is not told which. */
  z.strictObject({
    ...period,
    ...portion,
    kind: z.literal('r2-error'),
    bucket,
    keyPattern,
    operation,
    when: z.enum(['before', 'after']).default('before'),
  }),
  z.strictObject({
    ...period,
    ...portion,
    kind: z.literal('r2-slow'),
    bucket,
    keyPattern,
    operation,
    addMs: z.number().positive(),
  }),
  /** What the Cache API had stored is gone when it is asked for; a cache may drop anything at any time. */
  z.strictObject({ ...period, ...portion, kind: z.literal('cache-eviction'), pop, keyPattern }),
  /** An upstream refuses a call, which it has not carried out. */
  z.strictObject({
    ...period,
    ...portion,
    kind: z.literal('upstream-error'),
    upstream,
    access,
    keyPattern,
    status: z.int().min(429).max(599),
    retryAfterMs: z.number().positive().optional(),
  }),
  /** Half of it on the way there, half on the way back. */
  z.strictObject({
    ...period,
    ...portion,
    kind: z.literal('upstream-slow'),
    upstream,
    access,
    keyPattern,
    addMs: z.number().positive(),
  }),
  /** The connection to an upstream ends, before the call is read or after it was carried out. */
  z.strictObject({
    ...period,
    ...portion,
    kind: z.literal('upstream-lost'),
    upstream,
    access,
    keyPattern,
    when: z.enum(['before', 'after']),
  }),
  /** An upstream answers a read from the state that it had before. */
  z.strictObject({
    ...period,
    ...portion,
    kind: z.literal('upstream-stale'),
    upstream,
    keyPattern,
    byMs: z.number().positive().max(UPSTREAM_STALE_MAX_MS),
  }),
  /** Whatever the Worker holds in memory is gone: its next request meets a new instance of its modules. */
  z.strictObject({ ...beginning, kind: z.literal('cold-isolate'), pop }),
  /** The Worker's Date is ahead, or behind when negative. */
  z.strictObject({ ...period, kind: z.literal('clock-skew'), pop, skewMs: z.int() }),
]);
export type Fault = z.infer<typeof Fault>;
export type FaultKind = Fault['kind'];
export type FaultOf<Kind extends FaultKind> = Extract<Fault, { kind: Kind }>;

/** What is planned for a run; the seed decides which requests a share hits. */
export const FaultPlan = z
  .array(Fault)
  .refine((plan) => new Set(plan.map(({ id }) => id)).size === plan.length, {
    error: 'two faults have the same id',
  });
export type FaultPlan = z.infer<typeof FaultPlan>;
