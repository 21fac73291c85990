import type { PlatformControl } from '../../../reference-worker/target/index.ts';
import {
  accountOf,
  Client,
  platformOf,
  resourceWith,
  shardOfSubject,
} from '../../../reference-worker/target/index.ts';
import type { Check } from '../check.ts';
import { documentBody, indexedFieldOf, underFaults } from '../kit/index.ts';

const SLOW_MS = 5_000;
/** Real time. Longer than any answer takes on a busy machine; only a Worker that fails the check takes it. */
const PATIENCE_MS = 15_000;

export const slowShard: Check = {
  id: 'robustness/slow-shard',
  title: 'An account on another shard is served while one shard is slow.',
  requirements: ['A6', 'B8', 'B10'],
  severity: 'high',
  environment: 'simulated-time',
  needs: ['faults', 'lag', 'elsewhere', 'put', 'list'],
  method:
    'One shard is made to take 5 s for a request, on a clock that stands still. While a request to it waits, accounts ' +
    'on another shard of the same deployment read, list and write: they must be answered before the clock moves.',
  async run({ target, evidence, unique }) {
    const { control } = platformOf(target).platform;
    const slow = new Client(target, accountOf(target, 'subject'));
    const other = new Client(target, accountOf(target, 'elsewhere'));
    const resource = resourceWith(target.system, { ids: 'client', routes: ['put', 'list'], indexed: 1 });
    const word = unique('word');
    const handle = { resource: resource.name, id: unique('document') };
    const put = { kind: 'put', ...handle, body: documentBody(resource, word) } as const;
    const filter = { field: indexedFieldOf(resource), is: word };
    const list = { kind: 'list', resource: resource.name, filter } as const;
    // Both accounts are known to the isolate, so that nothing but the shards differs.
    await slow.ask(put);
    await other.ask(put);
    const fault = {
      id: 'slow',
      kind: 'slow-shard',
      database: shardOfSubject(target),
      addMs: SLOW_MS,
    } as const;
    await underFaults(target, [fault], async () => {
      let isAnswered = false;
      const waits = slow.begin({ ...put, body: documentBody(resource, 'slow') }).finally(() => {
        isAnswered = true;
      });
      const isWaiting = await untilWaiting(control, fault.database, { more: 0, isOver: () => isAnswered });
      let areServed = false;
      // The list has no position: one that a replica has yet to reach would have to wait, and rightly.
      const others = Promise.all([other.begin(put), other.begin(list, { bookmark: null })]).finally(() => {
        areServed = true;
      });
      const isHeldUp = await untilWaiting(control, fault.database, { more: 1, isOver: () => areServed });
      evidence.control('a request waited at the slow shard all the time', isWaiting && !isAnswered);
      const wereServed = areServed;
      const [answers, late] = await target.settle(Promise.all([others, waits]));
      const sentences = [
        'Because only one shard is slow, accounts on another are answered at once.',
        isHeldUp
          ? 'However, their requests had to wait at the slow shard too.'
          : `However, on a clock that stood still they were not answered within ${PATIENCE_MS} ms.`,
      ];
      const holds = wereServed && !isHeldUp;
      evidence.claim('an account on another shard is answered meanwhile', holds, {
        sentences,
        exchanges: [...answers, late],
      });
      for (const asked of answers)
        evidence.claim(`a ${asked.operation.kind} there is answered right`, asked.answer.outcome === 'ok', [
          asked,
        ]);
    });
  },
};

/**
 * Waits until more than so many requests wait at a database for time to pass.
 *
 * @returns false when it is over before that, or patience is
 */
async function untilWaiting(
  control: PlatformControl,
  database: string,
  { more, isOver }: { readonly more: number; readonly isOver: () => boolean },
): Promise<boolean> {
  const untilMs = performance.now() + PATIENCE_MS;
  while (performance.now() < untilMs && !isOver()) {
    const waiting = await control.waiting();
    if (waiting.filter((request) => request.database === database).length > more) return true;
  }
  return false;
}
