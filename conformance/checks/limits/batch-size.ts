import { limitsOf, type Write } from '../../contract/index.ts';
import { accountOf, Client } from '../../target/index.ts';
import type { Check } from '../check.ts';
import { judgeRefused } from './refused.ts';

/** Where no limit is stated, a batch around this size is tried: it must be done whole, or not at all. */
const TRIED_OPERATIONS = 100;

export const batchSize: Check = {
  id: 'limits/batch-size',
  title:
    'A batch of the largest stated size is done whole; a larger one and an empty one are refused and write nothing.',
  requirements: ['B1', 'B3'],
  severity: 'high',
  world: 'calm',
  needs: ['batch', 'list', 'put'],
  method:
    'Batches of exactly the limit and of one more create documents; a list then tells how many there are. A Worker that ' +
    'cuts a batch into pieces to get past the limit loses its atomicity.',
  async run({ target, evidence, unique }) {
    const client = new Client(target, accountOf(target, 'subject'));
    const { batchMaxOperations } = limitsOf(target.adapter);
    if (batchMaxOperations === undefined)
      evidence.remark('No largest batch is stated, so one of any size may be done or refused.');
    const max = batchMaxOperations ?? TRIED_OPERATIONS;
    const batch = (name: string, count: number) =>
      client.ask({ kind: 'batch', writes: writesOf(name, count) });
    const countOf = async (name: string) => {
      const list = await client.ask({
        kind: 'list',
        collection: 'notes',
        filter: { field: 'authorId', is: name },
        limit: 100,
      });
      return { list, count: list.answer.documents.length };
    };

    const whole = unique('whole');
    const done = await batch(whole, max);
    if (batchMaxOperations !== undefined)
      evidence.claim(`a batch of ${max} operations is done`, done.answer.outcome === 'ok', [done]);
    const present = await countOf(whole);
    evidence.claim(
      'a batch that was done is there whole, and one that was refused not at all',
      present.count === (done.answer.outcome === 'ok' ? max : 0),
      [done, present.list],
    );
    const small = await batch(unique('small'), 3);
    const { count, list } = await countOf(unique('small'));
    evidence.control('a batch of 3 is done and listed', count === 3, [small, list]);

    const over = await batch(unique('over'), max + 1);
    if (batchMaxOperations !== undefined) judgeRefused(evidence, `a batch of ${max + 1} operations`, over);
    const left = await countOf(unique('over'));
    const isWhole = over.answer.outcome === 'ok' || left.count === 0;
    evidence.claim('a batch that is refused for its size has written nothing', isWhole, [over, left.list]);
    const empty = await client.ask({ kind: 'batch', writes: [] });
    if (batchMaxOperations !== undefined) judgeRefused(evidence, 'a batch of no operations', empty);
  },
};

const writesOf = (name: string, count: number): Write[] =>
  Array.from({ length: count }, (_, index) => ({
    kind: 'create',
    collection: 'notes',
    id: `${name}-${index}`,
    body: { authorId: name },
  }));
