import type { Operation } from '../../../reference-worker/target/index.ts';
import { type Asked, accountOf, Client } from '../../../reference-worker/target/index.ts';
import type { Check, Context } from '../check.ts';
import { isSameVersion } from '../kit/unchanged.ts';

const resource = 'clients';
/** Requests for one id that are under way together, and how often. */
const RACERS = 6;
const RACES = { fast: 4, full: 12 } as const;

type Place = { readonly resource: typeof resource; readonly id: string };

const create = (place: Place, mark: string): Operation => ({ kind: 'create', ...place, body: { mark } });
const inBatch = (place: Place, mark: string): Operation => ({
  kind: 'batch',
  writes: [{ kind: 'create', ...place, body: { mark } }],
});

export const createDoesNotReplace: Check = {
  id: 'robustness/create-does-not-replace',
  title: 'A POST at an id that a document has is refused, and of several at once only one is done.',
  requirements: ['B1', 'B3'],
  severity: 'critical',
  environment: 'real-time',
  needs: ['unique-ids', 'create', 'put', 'read'],
  method:
    'Documents that a POST, a PUT or a batch has made, and one that was changed since, are met by a second POST of their ' +
    'id, alone and in a batch: it must be refused, and the document stay as it was. Then several POSTs of one new id are ' +
    'under way together: one is acknowledged, and what is read is what that one wrote. A race that is rarer than this ' +
    'many attempts may go unseen.',
  async run(context) {
    await judgeSecond(context);
    await judgeRaces(context);
  },
};

/** Each way to make a document, and each way to create it again. */
async function judgeSecond({ target, evidence, unique }: Context): Promise<void> {
  const client = new Client(target, accountOf(target, 'subject'));
  const put = (place: Place, mark: string): Operation => ({ kind: 'put', ...place, body: { mark } });
  const hasBatch = target.lacks('batch') === undefined;
  const makers = { post: [create], put: [put], change: [create, put], ...(hasBatch && { batch: [inBatch] }) };
  const again = { post: create, ...(hasBatch && { batch: inBatch }) };
  for (const [made, steps] of Object.entries(makers))
    for (const [by, second] of Object.entries(again)) {
      const place: Place = { resource, id: unique(`${made}-${by}`) };
      let first: Asked | undefined;
      for (const step of steps) first = await client.ask(step(place, 'first'));
      const isMade = first?.answer.outcome === 'ok';
      evidence.control(`a document is made by ${made}`, isMade, first && [first]);
      const asked = await client.ask(second(place, 'second'));
      const kept = await client.ask({ kind: 'read', ...place });
      const isKept = kept.answer.documents[0]?.body?.mark === 'first' && isSameVersion(first, kept);
      evidence.claim(
        `a create by ${by} at the id of a document made by ${made} is refused, and changes nothing`,
        asked.answer.outcome !== 'ok' && isKept,
        {
          sentences: [
            `Because ${resource}/${place.id} was there, a create of it must be refused, or what it held would be lost.`,
            `However, it was answered ${asked.response.status}, and a read shows ${kept.response.body.slice(0, 200)}.`,
          ],
          exchanges: [...(first ? [first] : []), asked, kept],
        },
      );
    }
}

async function judgeRaces({ target, evidence, unique, effort }: Context): Promise<void> {
  for (let race = 0; race < RACES[effort]; race += 1) {
    const place: Place = { resource, id: unique(`race-${race}`) };
    const marks = Array.from({ length: RACERS }, (_, index) => `racer ${index}`);
    // Sessions of their own: none knows of the others.
    const asked = await Promise.all(
      marks.map((mark) => new Client(target, accountOf(target, 'subject')).ask(create(place, mark))),
    );
    const done = asked.filter(({ answer }) => answer.outcome === 'ok');
    const reader = new Client(target, accountOf(target, 'subject'));
    const kept = await reader.ask({ kind: 'read', ...place }, { bookmark: done[0]?.answer.bookmark ?? null });
    const shown = kept.answer.documents[0]?.body?.mark;
    evidence.control('one of several creates of an id is done', done.length > 0, asked.slice(0, 1));
    evidence.claim(
      'of several creates of one id that are under way together one is acknowledged, and is there',
      done.length <= 1 && (done.length === 0 || shown === marks[asked.indexOf(done[0] ?? kept)]),
      {
        sentences: [
          'Because each of them was to make the document, only one can have.',
          `However, ${done.length} of ${RACERS} were acknowledged, and a read shows ${String(shown)}.`,
        ],
        exchanges: [...done, kept],
      },
    );
  }
}
