import {
  type Asked,
  accountOf,
  Client,
  type Handle,
  type Operation,
  type Resource,
  resourceWith,
} from '../../../reference-worker/target/index.ts';
import type { Check, Context } from '../check.ts';
import { documentBody, holds, isSameVersion, whileShardIsSlow } from '../kit/index.ts';

/** Requests for one id that are under way together, and how often. */
const RACERS = 6;
const RACES = { fast: 4, full: 12 } as const;
const FIRST = 'first';

/** Writes one document, marked. */
type Make = (handle: Handle, mark: string) => Operation;

const makersOf = (
  resource: Resource,
): Readonly<Record<'create' | 'inBatch' | 'put' | 'putIfNone', Make>> => ({
  create: (handle, mark) => ({ kind: 'create', ...handle, body: documentBody(resource, mark) }),
  inBatch: (handle, mark) => ({
    kind: 'batch',
    writes: [{ kind: 'create', ...handle, body: documentBody(resource, mark) }],
  }),
  put: (handle, mark) => ({ kind: 'put', ...handle, body: documentBody(resource, mark) }),
  putIfNone: (handle, mark) => ({
    ...{ kind: 'put', ...handle, body: documentBody(resource, mark) },
    ifNoneMatch: '*',
  }),
});

const resourceFor = ({ target }: Context): Resource =>
  resourceWith(target.system, { ids: 'client', routes: ['create', 'put', 'read'] });

export const createDoesNotReplace: Check = {
  id: 'robustness/create-does-not-replace',
  title: 'A POST at an id that a document has is refused, and of several at once only one is done.',
  requirements: ['B1', 'B3'],
  severity: 'critical',
  environment: 'real-time',
  needs: ['unique-ids', 'create', 'put', 'read'],
  promises: ['unique-ids', 'preconditions'],
  method:
    'Documents that a POST, a PUT or a batch has made, and one that was changed since, are met by a second POST of their ' +
    'id, alone and in a batch: it must be refused, and the document stay as it was. Then several POSTs of one new id, and ' +
    'several PUTs that must make it (If-None-Match: *), are under way together: one is acknowledged, and what is read is what that one wrote. A race that is rarer than this ' +
    'many attempts may go unseen.',
  async run(context) {
    await judgeSecond(context);
    await judgeRaces(context);
  },
};

/** Each way to make a document, and each way to create it again. */
async function judgeSecond(context: Context): Promise<void> {
  const { target, evidence, unique } = context;
  const resource = resourceFor(context);
  const { create, inBatch, put } = makersOf(resource);
  const client = new Client(target, accountOf(target, 'subject'));
  const hasBatch = target.lacks('batch') === undefined;
  const makers = { post: [create], put: [put], change: [create, put], ...(hasBatch && { batch: [inBatch] }) };
  const again = { post: create, ...(hasBatch && { batch: inBatch }) };
  for (const [made, steps] of Object.entries(makers))
    for (const [by, second] of Object.entries(again)) {
      const handle: Handle = { resource: resource.name, id: unique(`${made}-${by}`) };
      let first: Asked | undefined;
      for (const step of steps) first = await client.ask(step(handle, FIRST));
      const isMade = first?.answer.outcome === 'ok';
      evidence.control(`a document is made by ${made}`, isMade, first && [first]);
      const asked = await client.ask(second(handle, 'second'));
      const kept = await client.ask({ kind: 'read', ...handle });
      const isKept = holds(kept.answer.documents[0], FIRST) && isSameVersion(first, kept);
      evidence.claim(
        `a create by ${by} at the id of a document made by ${made} is refused, and changes nothing`,
        asked.answer.outcome !== 'ok' && isKept,
        {
          sentences: [
            `Because ${handle.resource}/${handle.id} was there, a create of it must be refused, or what it held would be lost.`,
            `However, it was answered ${asked.response.status}, and a read shows ${kept.response.body.slice(0, 200)}.`,
          ],
          exchanges: [...(first ? [first] : []), asked, kept],
        },
      );
    }
}

async function judgeRaces(context: Context): Promise<void> {
  const { create, putIfNone } = makersOf(resourceFor(context));
  await judgeRacesOf(context, 'create', create);
  if (context.target.lacks('preconditions') === undefined && context.target.lacks('if-match') === undefined)
    await judgeRacesOf(context, 'put with If-None-Match: *', putIfNone);
}

async function judgeRacesOf(context: Context, what: string, make: Make): Promise<void> {
  const { target, evidence, unique, effort } = context;
  const resource = resourceFor(context);
  for (let race = 0; race < RACES[effort]; race += 1) {
    const handle: Handle = { resource: resource.name, id: unique(`race-${what.slice(0, 3)}-${race}`) };
    const marks = Array.from({ length: RACERS }, (_, index) => `racer-${index}`);
    // Sessions of their own: none knows of the others.
    const asked = await whileShardIsSlow(target, () =>
      Promise.all(
        marks.map((mark) => new Client(target, accountOf(target, 'subject')).ask(make(handle, mark))),
      ),
    );
    const done = asked.filter(({ answer }) => answer.outcome === 'ok');
    const reader = new Client(target, accountOf(target, 'subject'));
    const kept = await reader.ask(
      { kind: 'read', ...handle },
      { bookmark: done[0]?.answer.bookmark ?? null },
    );
    const shown = marks.find((mark) => holds(kept.answer.documents[0], mark));
    evidence.control(`one of several is done: ${what}`, done.length > 0, asked.slice(0, 1));
    evidence.claim(
      `of several of one id that are under way together one is acknowledged, and is there: ${what}`,
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
