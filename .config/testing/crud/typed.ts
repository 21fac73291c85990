import { defineSystem, type System } from 'shardproof';
import { canaryOf, openSession, pathsOf, safetyThresholds, type WorkerUnderLoad } from 'shardproof/k6';
import { type Platform, startWorker, type WorkerOptions } from 'shardproof/local';
import { useWorker } from 'shardproof/vitest';

/** Only compiled: k6 and vitest have each what its part needs. */
export function typed(worker: WorkerUnderLoad, options: WorkerOptions): [Promise<Platform>, System, string] {
  const { document } = pathsOf({ id: 'id', body: '', canary: 'body', items: 'notes' });
  const asked = openSession(worker)({
    ...{ operation: 'open', kind: 'read', method: 'GET', path: '/api/notes/1' },
    expect: { shape: 'document', resource: 'notes', unversioned: true, select: document() },
  });
  useWorker({ config: 'wrangler.jsonc' }).url('MAN').toUpperCase();
  const marked = canaryOf({ account: 'alder', collection: 'notes', id: '1', version: 1 }) + asked.outcome;
  // @ts-expect-error: a description without routes is none
  const system: System = defineSystem({ name: marked });
  return [startWorker(options), system, JSON.stringify(safetyThresholds())];
}
