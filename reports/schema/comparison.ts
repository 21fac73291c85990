import { z } from 'zod';
import { Bill, ManyTenants, StorageHeadroom } from './headroom.ts';
import { NotPromised, Signal, Verdict } from './judgement.ts';
import { Interval95, Latency } from './latency.ts';
import { DatabaseUse, ServicePart } from './load.ts';
import { RemoteLoadResult } from './remote-load.ts';
import { Environment, ReadReplication, ScenarioOfRun } from './setup.ts';

/**
 * The versioned result of a comparison of placements, and the only input of its renderers. Units are the last word of a
 * name. A percentile always comes from a merged histogram (rule of evidence 6).
 */
export const COMPARISON_SCHEMA_VERSION = 3;

/** One stretch of load on one treatment, with fresh state and its warm-up removed. */
export const Block = z.strictObject({
  at: z.iso.datetime(),
  /** Its place among all blocks of the comparison, from 1. */
  order: z.int().positive(),
  /** Equal in all blocks, or nothing may be compared. */
  environmentFingerprint: z.string(),
  seconds: z.number().positive(),
  requests: z.int().nonnegative(),
  failures: z.int().nonnegative(),
  requestsPerSecond: z.number().nonnegative(),
  latency: Latency,
  operations: z.array(z.strictObject({ name: z.string(), latency: Latency })),
  databases: z.array(DatabaseUse),
  serviceParts: z.array(ServicePart),
  /** Of the victim's and the neighbour's answers together, warm-up included. */
  verification: z.strictObject({
    bodiesChecked: z.int().nonnegative(),
    documentsChecked: z.int().nonnegative(),
    isolationViolations: z.int().nonnegative(),
    staleReads: z.int().nonnegative(),
    corruptBodies: z.int().nonnegative(),
    notPromised: z.array(NotPromised).optional(),
  }),
});
export type Block = z.infer<typeof Block>;

/** One of the placements that are compared, and all that was measured on it. */
export const Treatment = z.strictObject({
  /** Unique in the comparison: `shared`, `shared-with-neighbour`, `dedicated`. */
  name: z.string(),
  topology: z.string(),
  /** What the neighbour on the old shard does meanwhile; null: it is idle. */
  neighbour: z.string().nullable(),
  blocks: z.array(Block).min(1),
  /** All blocks' requests. */
  requestsPerSecond: z.number().nonnegative(),
  latency: Latency,
  operations: z.array(
    z.strictObject({ name: z.string(), latency: Latency, objectiveP95Ms: z.number().positive() }),
  ),
  databases: z.array(DatabaseUse),
  serviceParts: z.array(ServicePart),
  /** null: not known. */
  storage: z.array(StorageHeadroom).nullable(),
  bill: Bill.nullable(),
});
export type Treatment = z.infer<typeof Treatment>;

/** `no difference`: shown, by an interval that lies within the equivalence; `not told apart`: the blocks show neither. */
const Found = z.enum(['higher', 'lower', 'no difference', 'not told apart']);

/** A ratio of two treatments' figures over the pairs of their blocks, as of `compareBlocks`. */
export const TreatmentComparison = z.strictObject({
  base: z.string(),
  other: z.string(),
  figure: z.enum(['p50Ms', 'p95Ms', 'p99Ms', 'requestsPerSecond']),
  /** Other over base. */
  ratio: z.number().positive(),
  interval95: Interval95,
  pairs: z.int().positive(),
  /** Of the other treatment's figure. */
  verdict: Found,
  /** In words, without the interval. */
  effect: z.string(),
});
export type TreatmentComparison = z.infer<typeof TreatmentComparison>;

/** How many times longer the victim's p99 is while the neighbour is at work. */
export const NoisyNeighbour = z.strictObject({
  aggressor: z.string(),
  /** The treatment in which it works beside the victim. */
  treatment: z.string(),
  factor: z.number().positive(),
  interval95: Interval95,
  verdict: Found,
});
export type NoisyNeighbour = z.infer<typeof NoisyNeighbour>;

/** What is known of two Workers at their URLs, and what nobody can see from here. */
export const ComparedTargets = z.strictObject({
  account: z.string(),
  targets: z.array(
    z.strictObject({
      treatment: z.string(),
      /** Who answered, as seen in the answers, the busiest first; shares of the requests of all blocks. */
      pops: z.array(z.strictObject({ pop: z.string(), share: z.number().min(0).max(1) })),
      /** Connecting and TLS, of the requests that opened a connection: a part of their answer times. Absent where none did. */
      connecting: Latency.optional(),
      /** null: nobody was asked to clean up. */
      cleanedUp: RemoteLoadResult.shape.cleanedUp,
    }),
  ),
  /** What takes the proof out of a finding, a sentence each. */
  doubts: z.array(z.string()),
  notMeasured: z.array(z.string()),
});
export type ComparedTargets = z.infer<typeof ComparedTargets>;

export const Decision = z.strictObject({
  /** `inconclusive`: what the blocks leave open would change the choice. */
  choice: z.enum(['stay shared', 'move to dedicated', 'split the shard', 'inconclusive']),
  sentence: z.string(),
  /** Blocks of each treatment that it would take to decide, in 8 of 10 comparisons; null: over 200. Only of an inconclusive one. */
  blocksWanted: z.int().positive().nullable().optional(),
  /** The rules that were asked, in order; `holds` says that the rule spoke for the choice. */
  reasons: z.array(
    z.strictObject({ rule: z.string(), observed: z.string(), bound: z.string(), holds: z.boolean() }),
  ),
});
export type Decision = z.infer<typeof Decision>;

export const ComparisonResult = z.strictObject({
  schemaVersion: z.literal(COMPARISON_SCHEMA_VERSION),
  runId: z.string(),
  kind: z.literal('comparison'),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  verdict: Verdict,
  signals: z.array(Signal),
  /** The one command that repeats this comparison. */
  reproduce: z.string(),
  environment: Environment.extend({ k6Version: z.string() }),
  seed: z.int().nonnegative(),
  scenario: ScenarioOfRun,
  /** The latency profile of the data plane, in words; absent where the Workers run somewhere else. */
  behaviour: z
    .strictObject({ name: z.string(), description: z.string(), readReplication: ReadReplication })
    .optional(),
  /** Of Workers that run somewhere, each of which is a treatment. */
  remote: ComparedTargets.optional(),
  treatments: z.array(Treatment).min(2),
  comparisons: z.array(TreatmentComparison),
  /** What the comparisons were held to, shares of 1; absent in results from before no difference had to be shown. */
  bounds: z
    .strictObject({
      smallestEffect: z.number().positive(),
      equivalence: z.number().positive(),
      /** How many intervals hold at 95 % together. */
      comparisons: z.int().positive(),
    })
    .optional(),
  noisyNeighbours: z.array(NoisyNeighbour),
  /** What gives way first in each treatment, and why. */
  explanation: z.array(
    z.strictObject({ treatment: z.string(), saturatesFirst: z.string(), sentence: z.string() }),
  ),
  /** null: no placement follows, because the treatments are the same one, or because the comparison did not pass. */
  decision: Decision.nullable(),
  /** What many tenants like the one under test pay; absent without prices, and in results from before it was told. */
  ofMany: z.array(ManyTenants).optional(),
  /** Where the bills' prices are from, and what they assume; empty without bills. */
  basis: z.array(z.string()),
});
export type ComparisonResult = z.infer<typeof ComparisonResult>;
