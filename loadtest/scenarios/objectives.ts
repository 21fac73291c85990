import { z } from 'zod';
import { latencyProfiles } from '../../reference-worker/local/index.ts';
import { OPERATIONS, type OperationName } from '../k6/plan.ts';

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

export const ObjectivesByOperation = z.record(z.enum(OPERATIONS), OperationObjective);

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

const held = (p95Ms: number, why: string): OperationObjective => ({
  p95Ms,
  p99Ms: P99_OF_P95 * p95Ms,
  failureBudget: OPERATION_FAILURE_BUDGET,
  why,
});

const { d1 } = latencyProfiles['uk-eu'];
const distancesMs = Object.values(d1.roundTripMs).map((from) => from[d1.primary.region]);
/** The one set of numbers that is assumed for the network to D1, with its sources: the profile's. */
const TO_THE_DATABASE = `${distancesMs.join(', ')} ms from the PoPs to a database in western Europe and back (profile uk-eu)`;

const read = held(
  100,
  'An answer within 0.1 s feels immediate (Nielsen, Usability Engineering, 1993). B7 allows 3 ms of Worker and 4 ms ' +
    `of D1; ${TO_THE_DATABASE}, for the account and for the document; 30 ms for the UK network to the PoP (assumption). ` +
    'The rest is for queueing behind other users.',
);
const list = held(
  150,
  'As for one document, and half as much again for up to twenty documents in the answer (assumption).',
);
const write = held(
  250,
  `B7 allows 10 ms for a D1 write; ${TO_THE_DATABASE}, and writes of all users of a shard queue for the primary. ` +
    'Well under the 1 s that keeps a train of thought (Nielsen, 1993).',
);

const byOperation: Record<OperationName, OperationObjective> = {
  'sign-in': list,
  'search-clients': list,
  'open-client': read,
  'open-finances': list,
  'list-notes': list,
  'edit-client': write,
  'read-back-client': read,
  'add-note': write,
  'read-back-notes': list,
};

/** What every scenario is held to, unless a file says otherwise. Violations of a guarantee have no budget at all. */
export const objectives = {
  objectives: byOperation,
  totalObjective: {
    p95Ms: 200,
    p99Ms: 200 * P99_OF_P95,
    why:
      'Seven requests in eight are reads, held to 150 ms at most; the writes may take longer, so the slowest twentieth ' +
      'of the mix lies between the two (assumption).',
  },
  // Assumption: three nines over the phases that count, the usual first objective of an internal service.
  failureBudget: 0.001,
  // After 1 s a train of thought breaks (Nielsen, 1993), and k6 itself may be silent for 2 s without anybody noticing.
  longestStallMs: 2000,
} as const;
