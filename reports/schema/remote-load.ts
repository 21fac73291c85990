import { z } from 'zod';
import { RunResult } from './capacity.ts';
import { Signal, Verdict } from './judgement.ts';
import { Environment, ScenarioOfRun } from './setup.ts';

/** The versioned result of a load of a Worker that runs somewhere, from one machine or several. */
export const REMOTE_LOAD_SCHEMA_VERSION = 1;

const count = z.int().nonnegative();
const percent = z.number().nonnegative();

/** One machine that had a part of the load. */
export const Runner = z.strictObject({
  /** As in `runner 2/8 on lhr-1`. */
  name: z.string(),
  requests: count,
  /** null: its load never began. */
  startedAt: z.iso.datetime().nullable(),
  /** Of k6, in percent of one core. */
  meanCpuPercent: percent,
  peakMemoryBytes: count,
  /** Of all cores of the machine, in the phases that count; null: nothing was seen of them. */
  machineBusyPercent: percent.nullable(),
  /** How long a processor limit held it back; null: nothing limits there, or nothing tells. */
  throttledPercent: percent.nullable(),
  /** By how much the target's clock is ahead of its own; null: the target is on the same machine, or tells no time. */
  clockOffsetMs: z.strictObject({ low: z.number(), high: z.number() }).nullable(),
});

export const RemoteLoadResult = z.strictObject({
  schemaVersion: z.literal(REMOTE_LOAD_SCHEMA_VERSION),
  runId: z.string(),
  kind: z.literal('remote-load'),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  verdict: Verdict,
  signals: z.array(Signal),
  reproduce: z.string(),
  environment: Environment,
  system: z.string(),
  account: z.string(),
  target: z.string(),
  scenario: ScenarioOfRun,
  runners: z.array(Runner).min(1),
  ...RunResult.pick({
    load: true,
    operations: true,
    series: true,
    total: true,
    totalFromSending: true,
    connecting: true,
    verification: true,
    timeline: true,
  }).shape,
  /** What takes the proof out of a pass, a sentence each. */
  doubts: z.array(z.string()),
  /** What only the local platform shows, a sentence each. */
  notMeasured: z.array(z.string()),
  /** What became of the documents that the load wrote; null: nobody was asked to clean up. */
  cleanedUp: z
    .strictObject({
      removed: count,
      restored: count,
      left: count,
      /** The first of those that are left, and why. */
      examples: z.array(z.string()),
    })
    .nullable(),
});
export type RemoteLoadResult = z.infer<typeof RemoteLoadResult>;
