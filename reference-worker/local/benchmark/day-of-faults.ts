import type { z } from 'zod';
import type { FaultPlan } from '../faults/index.ts';

const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

const during = (fromHour: number, hours: number) => ({ fromMs: fromHour * HOUR_MS, forMs: hours * HOUR_MS });

/** Everything that can go wrong with a database or a namespace, at some time of a day; some of it at the same time. */
export const dayOfFaults: z.input<typeof FaultPlan> = [
  { id: 'replicas-late', kind: 'replica-lag', ...during(1, 2), share: 0.3, addMs: 20_000 },
  { id: 'eastern-replica-stands', kind: 'replica-pause', region: 'EEUR', ...during(3, 0.5) },
  { id: 'routed-elsewhere', kind: 'replica-switch', ...during(4, 2), share: 0.2, to: 'EEUR' },
  { id: 'schema-late', kind: 'schema-behind', ...during(0, 24), addMs: 60_000 },
  {
    id: 'reset-before-commit',
    kind: 'd1-error',
    error: 'storage-reset',
    instance: 'primary',
    ...during(6, 2),
    share: 0.05,
    commit: 'before',
  },
  {
    id: 'reset-after-commit',
    kind: 'd1-error',
    error: 'storage-reset',
    instance: 'primary',
    ...during(8, 2),
    share: 0.05,
    commit: 'after',
  },
  { id: 'never-arrived', kind: 'connection-lost', ...during(10, 1), share: 0.1, when: 'before' },
  { id: 'reply-lost', kind: 'connection-lost', ...during(10, 2), share: 0.1, when: 'after' },
  { id: 'busy', kind: 'overloaded', ...during(12, 2), share: 0.1, reason: 'too-many-queued' },
  { id: 'slow', kind: 'slow-shard', ...during(13, 3), share: 0.3, factor: 50 },
  { id: 'value-before', kind: 'kv-stale-value', ...during(14, 3), share: 0.3 },
  { id: 'not-yet-there', kind: 'kv-stale-absence', ...during(16, 3), share: 0.2 },
  { id: 'store-fails', kind: 'kv-error', ...during(18, 2), share: 0.1, status: 503 },
  { id: 'written-too-often', kind: 'kv-write-limit', ...during(19, 2), share: 0.2 },
  { id: 'store-slow', kind: 'kv-slow', ...during(20, 3), share: 0.2, addMs: 5_000 },
];
