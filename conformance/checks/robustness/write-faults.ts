import { shardOfSubject, type Target } from '../../../reference-worker/target/index.ts';
import type { ScheduledFault } from '../kit/index.ts';

/** What can happen to a write on its way to a shard and back, with the words in which a witness tells it. */
export interface NamedWriteFault {
  readonly what: string;
  readonly fault: ScheduledFault;
}

/** Errors of which D1 says that a request has taken too much, and not whether it was done (developers.cloudflare.com/d1/observability/debug-d1). */
const EXHAUSTED = [
  ['memory-exceeded', 'the primary ran out of memory'],
  ['cpu-exceeded', 'the primary had computed for too long'],
  ['storage-timeout', 'the primary had stored for too long'],
  ['code-updated', 'the primary was updated'],
] as const;

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
    ...EXHAUSTED.map(
      ([error, what]): NamedWriteFault => ({
        what: `${what} after it had committed`,
        fault: { id: error, kind: 'd1-error', error, commit: 'after', ...aim },
      }),
    ),
    {
      what: 'the database was overloaded',
      fault: { id: 'overloaded', kind: 'overloaded', reason: 'too-many-queued', ...aim },
    },
  ];
}

/** The same at one attempt alone: a second one would not meet it any more. */
export const once = ({ fault }: NamedWriteFault): ScheduledFault =>
  ({ ...fault, times: 1 }) as ScheduledFault;
