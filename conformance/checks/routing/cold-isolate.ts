import {
  type Asked,
  accountOf,
  Client,
  NeedNotMet,
  resourceWith,
} from '../../../reference-worker/target/index.ts';
import type { Check } from '../check.ts';
import { documentBody, holds, indexedFieldOf, isSameVersion, underFaults } from '../kit/index.ts';

/** Only here the local platform holds copies of the Worker ready that can start anew. */
const POP = 'EDI';
const DOCUMENTS = 5;

export const coldIsolate: Check = {
  id: 'routing/cold-isolate',
  title:
    'What a client holds (a bookmark, an ETag, a cursor) is worth as much after its isolate was replaced.',
  requirements: ['A4', 'B4', 'B8'],
  severity: 'medium',
  environment: 'real-time',
  needs: ['faults', 'put', 'read', 'list'],
  method:
    'A session writes, reads and begins to page through a list; then the memory of the isolate that serves it is gone, ' +
    'as at any deployment or eviction. The next page, the bookmark and the ETag that it was given before must go on ' +
    'working there: whatever signs or remembers them must not live in one isolate.',
  async run({ target, evidence, unique }) {
    const client = new Client(target, accountOf(target, 'subject'), POP);
    const wanted = { ids: 'client', routes: ['put', 'read', 'list'], indexed: 1 } as const;
    const resource = resourceWith(target.system, wanted);
    const [field, value] = [indexedFieldOf(resource), unique('value')];
    const body = documentBody(resource, 'before', { [field]: value });
    const ids = Array.from({ length: DOCUMENTS }, (_, index) => unique(`document-${index}`));
    for (const id of ids) await client.ask({ kind: 'put', resource: resource.name, id, body });
    const page = { kind: 'list', resource: resource.name, filter: { field, is: value } } as const;
    const first = await client.ask({ ...page, limit: 2 });
    const { cursor } = first.answer;
    if (typeof cursor !== 'string')
      throw new NeedNotMet('needs lists in pages of a chosen length, with a cursor');
    const next = { ...page, limit: DOCUMENTS, cursor };
    const document = { resource: resource.name, id: ids[0] ?? '' };
    const warm = [await client.ask(next), await client.ask({ kind: 'read', ...document })];
    const isWarm = warm.every(({ answer }) => answer.outcome === 'ok');
    evidence.served('the page and the document are served before', isWarm, [first, ...warm]);

    const { result: cold, firings } = await underFaults(
      target,
      [{ id: 'evicted', kind: 'cold-isolate', pop: POP }],
      async () => [await client.ask(next), await client.ask({ kind: 'read', ...document })],
    );
    evidence.control('the isolate was replaced', firings > 0);
    const same = (index: number): boolean => shown(cold[index]) === shown(warm[index]);
    evidence.claim('a cursor from before shows the same next page', same(0), cold.slice(0, 1));
    evidence.claim('a session with a bookmark from before reads the same', same(1), cold.slice(1));
    const etag = warm[1]?.answer.etag;
    const isTaken = etag !== undefined && !etag.startsWith('W/') && target.lacks('if-match') === undefined;
    const put = await client.ask({
      ...{ kind: 'put', ...document, body: documentBody(resource, '|after|', { [field]: value }) },
      ...(isTaken && { ifMatch: etag }),
    });
    evidence.claim('an ETag from before still names the version', put.answer.outcome === 'ok', [put]);
    const back = await client.ask({ kind: 'read', ...document });
    const isNewest = holds(back.answer.documents[0], '|after|') && isSameVersion(put, back);
    evidence.claim('the session reads its own write', isNewest, [back]);
  },
};

const shown = (asked: Asked | undefined): string => JSON.stringify(asked?.answer.documents);
