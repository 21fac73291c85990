import { z } from 'zod';
import { type Journey, operationsOf } from './journey.ts';

/** A target, with the reason that lets a reader disagree with it. */
export const Objective = z.strictObject({
  p95Ms: z.number().positive(),
  p99Ms: z.number().positive(),
  why: z.string().min(1),
});
export type Objective = z.infer<typeof Objective>;

/** What one operation is held to. */
export const OperationObjective = Objective.extend({
  /** The largest share of its requests that may fail. */
  failureBudget: z.number().min(0).max(1),
});
export type OperationObjective = z.infer<typeof OperationObjective>;

/** What a run is held to, unless a file says otherwise. Violations of a guarantee have no budget at all. */
export const Objectives = z.strictObject({
  operations: z.record(z.string(), OperationObjective),
  /** For all requests together. */
  total: Objective,
  /** The largest share of all requests that may fail. */
  failureBudget: z.number().min(0).max(1),
  /** How long the target may leave everybody waiting without a single answer. */
  longestStallMs: z.number().positive(),
});
export type Objectives = z.infer<typeof Objectives>;

/**
 * A p99 where nobody has set one (assumption): a log-normal answer time with the sigma of a service that queues, 1.0, has a
 * p99 of twice its p95, and as much again is left for what a failover or a garbage collection adds.
 */
export const P99_OF_P95 = 4;
/**
 * Of one operation, where nobody has set one (assumption): five times the budget of all requests together, because an
 * operation that fails one time in two hundred is noticed by who depends on it, however few they are.
 */
export const OPERATION_FAILURE_BUDGET = 0.005;

/** An objective of which only the p95 was thought about. */
export const within = (p95Ms: number, why: string): OperationObjective => ({
  p95Ms,
  p99Ms: P99_OF_P95 * p95Ms,
  failureBudget: OPERATION_FAILURE_BUDGET,
  why,
});

/** The same of every operation of a journey, and of all together. */
export const sameForAll = (journey: Journey, each: OperationObjective): Objectives => ({
  operations: Object.fromEntries([...operationsOf(journey).keys()].map((name) => [name, each])),
  total: { p95Ms: each.p95Ms, p99Ms: each.p99Ms, why: 'As each of them.' },
  failureBudget: FAILURE_BUDGET,
  longestStallMs: LONGEST_STALL_MS,
});

/** Where nobody has set others (assumptions): one request in a thousand, and as long as people wait before they ask again. */
const FAILURE_BUDGET = 0.001;
const LONGEST_STALL_MS = 2_000;
