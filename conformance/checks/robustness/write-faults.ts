import { shardOfSubject, type Target } from '../../../reference-worker/target/index.ts';
import type { ScheduledFault } from '../kit/index.ts';

/** What can happen to a write on its way to a shard and back, with the words in which a witness tells it. */
export interface NamedWriteFault {
  readonly what: string;
  readonly fault: ScheduledFault;
}

/** @returns faults that meet every write to the shard of the subject until they are planned away; `times: 1` makes one pass at once */
export function writeFaultsOf(target: Target): readonly NamedWriteFault[] {
  const aim = { database: shardOfSubject(target), access: 'write' } as const;
  const lost = (when: 'before' | 'after' | 'mid-reply', what: string): NamedWriteFault => ({
    what,
    fault: { id: `lost-${when}`, kind: 'connection-lost', when, ...aim },
  });
  const reset = (commit: 'before' | 'after', what: string): NamedWriteFault => ({
    what,
    fault: { id: `reset-${commit}`, kind: 'd1-error', error: 'storage-reset', commit, ...aim },
  });
  return [
    lost('before', 'the connection was lost before the database had read the request'),
    lost('after', 'the connection was lost after the database had committed'),
    lost('mid-reply', 'the connection was lost in the middle of the reply'),
    reset('before', 'the primary restarted before it committed'),
    reset('after', 'the primary restarted after it had committed'),
    {
      what: 'the database was overloaded',
      fault: { id: 'overloaded', kind: 'overloaded', reason: 'too-many-queued', ...aim },
    },
  ];
}
