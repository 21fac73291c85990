import { z } from 'zod';
import { BaselineOfRun } from './baseline.ts';
import { Headroom } from './headroom.ts';
import { NotPromised, Signal, Verdict } from './judgement.ts';
import { Knee } from './knee.ts';
import { Latency } from './latency.ts';
import {
  DatabaseUse,
  OperationResult,
  PhaseOfLoad,
  ProcessUsage,
  SecondOfRun,
  Series,
  ServicePart,
  StoreUse,
} from './load.ts';
import { PredictionOfRun } from './prediction.ts';
import { Sensitivity } from './sensitivity.ts';
import { AccountOnShard, Environment, PlannedFault, ReadReplication, ScenarioOfRun } from './setup.ts';
import { StatementsOfRun } from './statements.ts';
import { TenantsOfRun } from './tenants.ts';

/**
 * The versioned run result: what a run writes as result.json, and the only input of every renderer.
 * Units are the last word of a name. A percentile always comes from a merged histogram (rule of evidence 6).
 */
export const SCHEMA_VERSION = 5;

export const RunResult = z.strictObject({
  schemaVersion: z.literal(SCHEMA_VERSION),
  runId: z.string(),
  kind: z.literal('capacity'),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  verdict: Verdict,
  signals: z.array(Signal),
  /** The one command that repeats this run. */
  reproduce: z.string(),
  environment: Environment.extend({ k6Version: z.string() }),
  scenario: ScenarioOfRun,
  topology: z.strictObject({
    name: z.string(),
    kvCache: z.boolean(),
    shardFileBytes: z.record(z.string(), z.int().nonnegative()),
    accounts: z.array(AccountOnShard),
  }),
  /** How D1 and KV behaved. */
  behaviour: z.strictObject({
    latencyProfile: z.strictObject({ name: z.string(), description: z.string() }),
    /** Of all that was told of D1, KV and the Worker's isolates, every number: equal when and only when that is. Not in older runs. */
    hash: z.string().optional(),
    readReplication: ReadReplication,
    seed: z.int().nonnegative(),
    /** What D1 did with a bookmark that is not its own. */
    foreignBookmarks: z.string(),
    /** The parts of a latency that were modelled, in words; everything else is this machine's own. */
    modelled: z.array(z.string()),
    faults: z.array(PlannedFault),
  }),
  load: z.strictObject({
    peakVirtualUsers: z.int().nonnegative(),
    /** How long the phases that count stood at the load they ask for. */
    heldMs: z.number().nonnegative(),
    requests: z.int().nonnegative(),
    failures: z.int().nonnegative(),
    requestsPerSecond: z.number().nonnegative(),
    readShare: z.number().min(0).max(1),
    /** k6 processes that shared the load. */
    generators: z.int().positive(),
  }),
  phases: z.array(PhaseOfLoad),
  operations: z.array(OperationResult),
  series: z.array(Series),
  total: Latency,
  /** Open model only: the same requests measured from when they were sent, as most tools do. */
  totalFromSending: Latency.nullable(),
  /** How long connection and TLS took together, of the requests that opened one; not there when none did. */
  connecting: Latency.optional(),
  serviceParts: z.array(ServicePart),
  databases: z.array(DatabaseUse),
  /** Absent in runs from before it was told, and where nothing was asked for. */
  stores: StoreUse.optional(),
  /** null: the scenario is no ladder. */
  knee: Knee.nullable(),
  headroom: Headroom.nullable(),
  /** What D1 ran, and which rows it read for that. Absent in runs from before rows were counted, and where a process died. */
  statements: StatementsOfRun.optional(),
  /** null: nothing was modelled. Absent in runs from before this was told. */
  sensitivity: Sensitivity.nullable().optional(),
  /** What was to be expected, beside what was measured; absent where nobody asked for it. */
  prediction: PredictionOfRun.optional(),
  /** The answer to a tenants file; absent where there was none. */
  tenants: TenantsOfRun.optional(),
  /** The run that this one was held against; absent where none was named, and where this one shows no figure. */
  baseline: BaselineOfRun.optional(),
  verification: z.strictObject({
    /** Over the whole run, ramp included: a leak during warm-up is a leak. */
    bodiesChecked: z.int().nonnegative(),
    documentsChecked: z.int().nonnegative(),
    isolationViolations: z.int().nonnegative(),
    staleReads: z.int().nonnegative(),
    corruptBodies: z.int().nonnegative(),
    /** Rule of three: with no violation in N documents, 3 / N bounds the rate at 95 % (rule of evidence 4). */
    leakRateUpperBound95: z.number().min(0).max(1),
    /** What nobody looked for, because the system does not promise it. Absent in runs from before this was told. */
    notPromised: z.array(NotPromised).optional(),
  }),
  timeline: z.array(SecondOfRun),
  processes: z.array(ProcessUsage),
});
export type RunResult = z.infer<typeof RunResult>;
