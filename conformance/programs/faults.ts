import { D1_READ_ATTEMPTS, FAR_REPLICA } from '../../reference-worker/target/index.ts';
import type { ProgramMode, ReadFault, WriteFault } from './program.ts';

export type RequestFault = ReadFault | WriteFault;

/** Names of faults as the platform plans them. */
type Fault = Readonly<Record<string, unknown>>;

const PAUSE = { fromMs: 1_500, forMs: 3_000 };
/** How long each request occupies a copy of the database when it is busy: half of the shortest wait. */
const BUSY_MS = 100;

const write = { access: 'write', times: 1 };
const PLANNED: Readonly<Record<RequestFault, Fault>> = {
  'request-lost': { kind: 'connection-lost', when: 'before', ...write },
  'reply-lost': { kind: 'connection-lost', when: 'after', ...write },
  'reply-cut': { kind: 'connection-lost', when: 'mid-reply', ...write },
  'reset-before-commit': { kind: 'd1-error', error: 'storage-reset', commit: 'before', ...write },
  'reset-after-commit': { kind: 'd1-error', error: 'storage-reset', commit: 'after', ...write },
  overloaded: { kind: 'overloaded', reason: 'too-many-queued', ...write },
  'connection-lost': { kind: 'connection-lost', when: 'after', access: 'read', times: D1_READ_ATTEMPTS },
  'cache-stale': { kind: 'kv-stale-value' },
  'cache-empty': { kind: 'kv-stale-absence' },
  'cache-error': { kind: 'kv-error', operation: 'get', status: 500 },
  'sent-near': { kind: 'replica-switch', to: 'WEUR' },
  'sent-far': { kind: 'replica-switch', to: 'EEUR' },
};

/**
 * The faults that are planned while a request is made.
 *
 * @param database the shard of the account: what happens to the account database is another matter
 * @param elapsedMs since the program began
 */
export function faultsDuring(
  mode: ProgramMode,
  fault: RequestFault | 'none',
  database: string,
  elapsedMs: number,
): readonly Fault[] {
  const lasting = [FAR_REPLICA, ...LASTING[mode](database, elapsedMs)];
  if (fault === 'none') return lasting;
  const planned = PLANNED[fault];
  const isOfCache = String(planned.kind).startsWith('kv-');
  return [...lasting, { id: fault, ...planned, ...(!isOfCache && { database }) }];
}

const LASTING: Readonly<Record<ProgramMode, (database: string, elapsedMs: number) => readonly Fault[]>> = {
  plain: () => [],
  busy: (database) => [{ id: 'busy', kind: 'slow-shard', database, addMs: BUSY_MS }],
  faulty: (database, elapsedMs) => {
    // A plan's times count from the moment at which it is set, a program's from its beginning.
    const fromMs = Math.max(0, PAUSE.fromMs - elapsedMs);
    const untilMs = PAUSE.fromMs + PAUSE.forMs - elapsedMs;
    const pause = { id: 'pause', kind: 'replica-pause', database, region: 'WEUR' };
    return untilMs > fromMs ? [{ ...pause, fromMs, forMs: untilMs - fromMs }] : [];
  },
};
