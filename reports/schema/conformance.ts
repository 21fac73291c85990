import { z } from 'zod';
import { Outcome } from './judgement.ts';
import { Environment } from './setup.ts';

/** The versioned result of a conformance run: what is written as result.json, and the only input of the renderers. */

export const CONFORMANCE_SCHEMA_VERSION = 1;

/** One request and its response. Tokens are replaced by shell variables. */
export const ConformanceExchange = z.strictObject({
  account: z.string(),
  pop: z.string(),
  /** Sends the request again, where the target still answers at its URL. */
  curl: z.string(),
  status: z.int(),
  headers: z.record(z.string(), z.string()),
  /** Its beginning, where it is long. */
  body: z.string(),
});
export type ConformanceExchange = z.infer<typeof ConformanceExchange>;

export const ConformanceWitness = z.strictObject({
  /** What happened and why it must not. */
  sentences: z.array(z.string()),
  /** In the order in which they were made; the last one shows the failure. */
  exchanges: z.array(ConformanceExchange),
  /** Paths below the run's folder. */
  files: z.array(z.string()),
});
export type ConformanceWitness = z.infer<typeof ConformanceWitness>;

/** Something that should have held. */
export const BrokenStatement = z.strictObject({
  /** claim: what the check proves; control: what shows that the claims could have failed. */
  kind: z.enum(['claim', 'control']),
  text: z.string(),
  /** Absent where many statements broke and earlier ones show how. */
  witness: ConformanceWitness.optional(),
});
export type BrokenStatement = z.infer<typeof BrokenStatement>;

export const CheckResult = z.strictObject({
  id: z.string(),
  area: z.string(),
  title: z.string(),
  requirements: z.array(z.string()),
  severity: z.enum(['critical', 'high', 'medium']),
  method: z.string(),
  /** Its source file, from the project root. */
  source: z.string(),
  verdict: z.enum([...Outcome.options, 'SKIPPED']),
  /** What decided. */
  reason: z.string(),
  claims: z.int().nonnegative(),
  controls: z.int().nonnegative(),
  broken: z.array(BrokenStatement),
  remarks: z.array(z.string()),
  durationMs: z.number().nonnegative(),
  /** The one command that repeats this check. */
  reproduce: z.string(),
});
export type CheckResult = z.infer<typeof CheckResult>;

/** What the checks of a run say of one promise that a Worker may make. */
export const PromiseResult = z.strictObject({
  name: z.string(),
  /** As the rest of "the Worker promises ...". */
  text: z.string(),
  state: z.enum(['held', 'broken', 'open', 'not promised', 'not judgeable here']),
  /** Those that judged it. */
  checks: z.array(z.string()),
});
export type PromiseResult = z.infer<typeof PromiseResult>;

export const ConformanceVerdict = z.strictObject({
  outcome: Outcome,
  /** The id of a check, `preflight`, an area that was not shown, or `none`. */
  decidedBy: z.string(),
  reason: z.string(),
});
export type ConformanceVerdict = z.infer<typeof ConformanceVerdict>;

export const ConformanceResult = z.strictObject({
  schemaVersion: z.literal(CONFORMANCE_SCHEMA_VERSION),
  runId: z.string(),
  kind: z.literal('conformance'),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  verdict: ConformanceVerdict,
  /** The one command that repeats this run. */
  reproduce: z.string(),
  environment: Environment,
  target: z.strictObject({
    kind: z.enum(['local', 'remote']),
    /** Which Worker, or where it answers. */
    name: z.string(),
    adapter: z.string(),
    /** Empty on the local platform, which makes its own. */
    accounts: z.array(z.strictObject({ role: z.string(), id: z.string() })),
  }),
  seed: z.int().nonnegative(),
  effort: z.enum(['fast', 'full']),
  /** What --only named; empty: every check. */
  only: z.array(z.string()),
  /** What takes the proof out of a pass, found before any check. */
  doubts: z.array(z.string()),
  /** Why no check was run. */
  preflightProblem: z.string().optional(),
  checks: z.array(CheckResult),
  /** Empty in results of before there were any. */
  promises: z.array(PromiseResult).default([]),
  /** What became of the documents that were written to a remote target. */
  cleanUp: z
    .strictObject({
      removed: z.int().nonnegative(),
      left: z.array(
        z.strictObject({ account: z.string(), collection: z.string(), id: z.string(), why: z.string() }),
      ),
    })
    .optional(),
});
export type ConformanceResult = z.infer<typeof ConformanceResult>;
