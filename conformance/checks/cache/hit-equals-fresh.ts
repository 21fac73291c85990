import {
  type Asked,
  accountOf,
  Client,
  type Overrides,
  type Read,
  type Resource,
  resourcesWith,
} from '../../../reference-worker/target/index.ts';
import type { Check } from '../check.ts';
import { type DocumentId, readUntilHit, until } from './documents.ts';

/** What tells of the content, and what may be done with it (RFC 9110, section 8; RFC 9111, section 5). */
const COMPARED_HEADERS = [
  'content-type',
  'content-language',
  'content-encoding',
  'content-location',
  'etag',
  'last-modified',
  'cache-control',
  'vary',
  'x-content-type-options',
];

/** How a document is read; `own` is its ETag. */
const READS: Readonly<Record<string, (own: string) => Pick<Read, 'ifMatch' | 'ifNoneMatch'> & Overrides>> = {
  'a GET': () => ({}),
  'a HEAD': () => ({ method: 'HEAD' }),
  'a GET with its ETag in If-None-Match': (own) => ({ ifNoneMatch: own }),
  'a GET with another ETag in If-None-Match': () => ({ ifNoneMatch: '"another"' }),
  'a GET with its ETag in If-Match': (own) => ({ ifMatch: own }),
  'a GET with another ETag in If-Match': () => ({ ifMatch: '"another"' }),
};

export const hitEqualsFresh: Check = {
  id: 'cache/hit-equals-fresh',
  title: 'What a cache answers is what the database would have answered: status, header fields and content.',
  requirements: ['A10', 'B3', 'B5'],
  severity: 'high',
  environment: 'real-time',
  needs: ['kv', 'read', 'put'],
  method:
    'A document of one name in every resource, each with content of its own, is read before and after it was cached: by GET and ' +
    'HEAD, and with ETags in If-None-Match and If-Match that are its own and are not. Each time both answers must be the same, but for ' +
    'what tells of the answer itself (its date, its position, who answered). The control: the second one came from the cache.',
  async run({ target, evidence, effort, unique }) {
    const account = accountOf(target, 'subject');
    const writer = new Client(target, account);
    const [first, ...others] = resourcesWith(target.system, { routes: ['read', 'put'] });
    const cases = Object.entries(READS).flatMap(([what, how], index) => {
      const resources = first && effort === 'fast' && index > 0 ? [first] : [first, ...others];
      return resources.flatMap((resource) =>
        resource ? [{ what, how, resource, id: unique(`document-${index}`) }] : [],
      );
    });
    await Promise.all(
      cases.map(async ({ what, how, resource, id }) => {
        const document = { resource: resource.name, id };
        const written = await writer.ask({ kind: 'put', ...document, body: contentOf(resource) });
        const own = written.answer.etag;
        if (own === undefined && what !== 'a GET') return;
        const { ifMatch, ifNoneMatch, ...overrides } = how(own ?? '');
        const read: Read = {
          kind: 'read',
          ...document,
          ...(ifMatch && { ifMatch }),
          ...(ifNoneMatch && { ifNoneMatch }),
        };
        // Without a bookmark, so that a cache may answer.
        const ask = (): Promise<Asked> => new Client(target, account).ask(read, overrides);
        const fresh = await ask();
        const hit = await hitOf(document, ask);
        evidence.control(`a cache answers ${what} of ${resource.name}`, isFromCache(hit), [hit]);
        const differences = [...strangersIn(hit, resource), ...differencesOf(fresh, hit)];
        evidence.claim(`${what} is answered by a cache as it was without one`, differences.length === 0, {
          sentences: [
            `Because nobody has written ${resource.name}/${id} in between, ${what} must be answered as before.`,
            `However, the cache (${hit.answer.cache ?? 'which does not tell'}) answered with ${differences.join(', and ')}.`,
          ],
          exchanges: [fresh, hit],
        });
      }),
    );

    async function hitOf(document: DocumentId, ask: () => Promise<Asked>): Promise<Asked> {
      await readUntilHit(target, account, document);
      return until(ask, isFromCache);
    }
  },
};

const contentOf = (resource: Resource) => ({ ...resource.document('same'), of: resource.name });

const isFromCache = ({ answer: { cache } }: Asked): boolean => cache === undefined || cache === 'hit';

/** What another document of the same name has, in an answer that shows one. */
const strangersIn = ({ answer }: Asked, { name }: Resource): string[] =>
  answer.documents.flatMap(({ body }) =>
    body === undefined || body.of === name ? [] : [`the content of ${String(body.of)}`],
  );

function differencesOf({ response: fresh }: Asked, { response: hit }: Asked): string[] {
  const headers = COMPARED_HEADERS.filter((name) => fresh.headers[name] !== hit.headers[name]).map(
    (name) => `${name}: ${hit.headers[name] ?? 'nothing'} instead of ${fresh.headers[name] ?? 'nothing'}`,
  );
  return [
    ...(fresh.status === hit.status ? [] : [`status ${hit.status} instead of ${fresh.status}`]),
    ...headers,
    ...(fresh.body === hit.body ? [] : ['other content']),
  ];
}
