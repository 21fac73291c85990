import { z } from 'zod';
import { OPERATIONS, type OperationName } from '../k6/plan.ts';

/** A target, with the reason that lets a reader disagree with it. */
export const Objective = z.strictObject({ p95Ms: z.number().positive(), why: z.string().min(1) });
export type Objective = z.infer<typeof Objective>;

export const ObjectivesByOperation = z.record(z.enum(OPERATIONS), Objective);

const read: Objective = {
  p95Ms: 100,
  why:
    'An answer within 0.1 s feels immediate (Nielsen, Usability Engineering, 1993). B7 allows 3 ms of Worker and 4 ms ' +
    'of D1; 30 ms for the UK network to the PoP is an assumption. The rest is for queueing behind other users.',
};
const list: Objective = {
  p95Ms: 150,
  why: 'As for one document, and half as much again for up to twenty documents in the answer (assumption).',
};
const write: Objective = {
  p95Ms: 250,
  why:
    'B7 allows 10 ms for a D1 write; the primary may be in another EU region, 40 ms from the UK (assumption), and writes ' +
    'of all users of a shard queue for it. Well under the 1 s that keeps a train of thought (Nielsen, 1993).',
};

const byOperation: Record<OperationName, Objective> = {
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
    why:
      'Seven requests in eight are reads, held to 150 ms at most; the writes may take longer, so the slowest twentieth ' +
      'of the mix lies between the two (assumption).',
  },
  // Assumption: three nines over the phases that count, the usual first objective of an internal service.
  failureBudget: 0.001,
} as const;
