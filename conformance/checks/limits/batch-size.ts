import { accountOf, Client, type Create, resourceWith } from '../../../reference-worker/target/index.ts';
import type { Check } from '../check.ts';
import { documentBody } from '../kit/index.ts';
import { judgeRefused } from './refused.ts';

/** Where no limit is stated, a batch around this size is tried: it must be done whole, or not at all. */
const TRIED_OPERATIONS = 100;

export const batchSize: Check = {
  id: 'limits/batch-size',
  title:
    'A batch of the largest stated size is done whole; a larger one is refused, and an empty one does nothing.',
  requirements: ['B1', 'B3'],
  severity: 'high',
  environment: 'real-time',
  needs: ['batch', 'create', 'read'],
  promises: ['atomic-batches'],
  method:
    'Batches of exactly the limit and of one more create documents, and one of the limit whose last operation cannot be done; ' +
    'reads then tell how many there are. A Worker that cuts a batch into pieces, to get past a limit or to go easy on the ' +
    'database, loses its atomicity.',
  async run({ target, evidence, unique }) {
    const client = new Client(target, accountOf(target, 'subject'));
    const { batchMaxOperations } = target.system.limits;
    if (batchMaxOperations === undefined)
      evidence.remark('No largest batch is stated, so one of any size may be done or refused.');
    const max = batchMaxOperations ?? TRIED_OPERATIONS;
    const resource = resourceWith(target.system, { ids: 'client', routes: ['create', 'read'] });
    const writesOf = (name: string, count: number): Create[] =>
      Array.from({ length: count }, (_, index) => ({
        kind: 'create',
        ...{ resource: resource.name, id: `${name}-${index}`, body: documentBody(resource, name) },
      }));
    const batch = (name: string, count: number) =>
      client.ask({ kind: 'batch', writes: writesOf(name, count) });
    // One by one: a list may have a limit of its own.
    const countOf = async (name: string, most: number) => {
      const reads = await Promise.all(
        writesOf(name, most).map(({ id }) => client.ask({ kind: 'read', resource: resource.name, id })),
      );
      const there = reads.filter(({ answer }) => answer.outcome === 'ok');
      return { reads: reads.slice(0, 1), count: there.length };
    };

    const whole = unique('whole');
    const done = await batch(whole, max);
    if (batchMaxOperations !== undefined)
      evidence.claim(`a batch of ${max} operations is done`, done.answer.outcome === 'ok', [done]);
    const isAtomic = target.lacks('atomic-batches') === undefined;
    const present = await countOf(whole, max);
    const isDone = done.answer.outcome === 'ok';
    evidence.claim(
      'a batch that was done is there whole, and one that was refused not at all',
      present.count === (isDone ? max : 0) || (!isDone && !isAtomic),
      [done, ...present.reads],
    );
    const small = await batch(unique('small'), 3);
    const { count, reads } = await countOf(unique('small'), 3);
    evidence.control('a batch of 3 is done and there', count === 3, [small, ...reads]);

    if (isAtomic && isDone) {
      // The document is there: at its end the batch cannot go on, wherever it was cut.
      const writes = writesOf(unique('broken'), max - 1);
      const [taken] = writesOf(whole, 1);
      const broken = await client.ask({ kind: 'batch', writes: [...writes, ...(taken ? [taken] : [])] });
      const { count: written, reads: found } = await countOf(unique('broken'), max - 1);
      const isRefused = broken.answer.outcome !== 'ok';
      evidence.claim(
        `a batch of ${max} operations, the last of which cannot be done, does nothing`,
        isRefused && written === 0,
        {
          sentences: [
            `Because the last of its ${max} operations creates a document that is there, the batch is refused, and none of the others is done.`,
            `However, it was answered ${broken.response.status}, and ${written} of its ${max - 1} other documents are there.`,
          ],
          exchanges: [broken, ...found],
        },
      );
    }

    const over = await batch(unique('over'), max + 1);
    if (batchMaxOperations !== undefined)
      judgeRefused({ target, evidence }, `a batch of ${max + 1} operations`, over);
    const left = await countOf(unique('over'), max + 1);
    const isWhole = over.answer.outcome === 'ok' || left.count === 0 || !isAtomic;
    evidence.claim('a batch that is refused for its size has written nothing', isWhole, [
      over,
      ...left.reads,
    ]);
    const empty = await client.ask({ kind: 'batch', writes: [] });
    const isHarmless = empty.answer.documents.length === 0 && empty.response.status < 500;
    evidence.claim('a batch of no operations is refused, or does nothing', isHarmless, [empty]);
  },
};
