import {
  type Asked,
  accountOf,
  Client,
  familiesOf,
  type Operation,
  type Overrides,
  resourceWith,
  routeTo,
} from '../../../reference-worker/target/index.ts';
import type { Check, Context } from '../check.ts';
import { documentBody, indexedFieldOf, isSameVersion } from '../kit/index.ts';

/** What a client may learn from either; of the length of the content only HEAD need not tell (RFC 9110, section 9.3.2). */
const HEADERS = [
  'etag',
  'content-type',
  'cache-control',
  'vary',
  'location',
  'www-authenticate',
  'last-modified',
];

export const headIsGet: Check = {
  id: 'semantics/head-is-get',
  title: 'HEAD is answered as GET, without the content, and changes nothing.',
  requirements: ['B1', 'B3'],
  severity: 'medium',
  environment: 'real-time',
  needs: ['http-semantics', 'sessions', 'put', 'read'],
  promises: ['http-semantics'],
  method:
    'A document that is there, one that never was, a condition that does not hold, a list, a join and a request without a ' +
    'token are asked for with GET and then with HEAD: the status and the headers that describe the answer are the same ' +
    '(RFC 9110, section 9.3.2). The document is then as it was: HEAD is safe (section 9.2.1).',
  async run(context) {
    const { target, evidence, unique } = context;
    const resource = resourceWith(target.system, { ids: 'client', routes: ['put', 'read'] });
    const client = new Client(target, accountOf(target, 'subject'));
    const handle = { resource: resource.name, id: unique('document') };
    const body = documentBody(resource, unique('word'));
    const written = await client.ask({ kind: 'put', ...handle, body });
    const plain = await client.ask({ kind: 'read', ...handle });
    evidence.served('a document is stored, and read', plain.answer.documents[0]?.id === handle.id, [
      written,
      plain,
    ]);
    for (const [what, operation, overrides] of requestsFor(context, handle, plain.answer.etag)) {
      if (methodOf(context, operation) !== 'GET') continue;
      const get = await client.ask(operation, overrides);
      const head = await client.ask(operation, { ...overrides, method: 'HEAD' });
      const told = differencesOf(get, head);
      evidence.claim(`HEAD for ${what} is answered as GET`, told.length === 0, {
        sentences: [
          `Because HEAD is GET without its content, HEAD for ${what} is answered ${get.response.status} too, with the same headers.`,
          `However, it was answered ${head.response.status}, and these differ: ${told.join(', ')}.`,
        ],
        exchanges: [get, head],
      });
    }
    const after = await client.ask({ kind: 'read', ...handle });
    const isSame = after.response.body === plain.response.body && isSameVersion(plain, after);
    evidence.claim('HEAD has changed nothing', isSame, [plain, after]);
  },
};

type Request = readonly [what: string, operation: Operation, overrides: Overrides];

function requestsFor(
  { target, unique }: Context,
  handle: { readonly resource: string; readonly id: string },
  etag: string | undefined,
): readonly Request[] {
  const read = { kind: 'read', ...handle } as const;
  const [family] = familiesOf(target.system, { joined: true });
  const resource = resourceWith(target.system, { routes: ['read'] });
  const isListed = routeTo(target.system, 'list', resource.name) !== undefined && resource.texts.length > 0;
  const filter = isListed && { field: indexedFieldOf(resource), is: unique('word') };
  return [
    ['a document', read, {}],
    ['a document that never was', { ...read, id: unique('never') }, {}],
    ['a document without a token', read, { token: null }],
    ...(etag === undefined ? [] : ([['what a client has', { ...read, ifNoneMatch: etag }, {}]] as const)),
    ...(filter ? ([['a list', { kind: 'list', resource: resource.name, filter }, {}]] as const) : []),
    ...(family
      ? ([
          ['a join', { kind: 'join', ...handle, resource: family.parent.name, child: family.child.name }, {}],
        ] as const)
      : []),
  ];
}

const methodOf = ({ target }: Context, operation: Operation): string | undefined =>
  routeTo(target.system, operation.kind, 'resource' in operation ? operation.resource : undefined)?.method;

/** Members of a list may come in any order, and names in any case (RFC 9110, sections 5.6.1, 8.3.1 and 12.5.5; RFC 9111, section 5.2). */
function meaningOf(name: string, value: string | undefined): string | undefined {
  if (name === 'content-type') return value?.toLowerCase().replaceAll(/\s|"/g, '');
  if (name !== 'vary' && name !== 'cache-control') return value;
  return value
    ?.toLowerCase()
    .split(',')
    .map((member) => member.trim())
    .sort()
    .join();
}

function differencesOf(get: Asked, head: Asked): readonly string[] {
  const [a, b] = [get.response, head.response];
  const length = b.headers['content-length'];
  const isOtherLength =
    length !== undefined &&
    b.status === a.status &&
    a.body !== '' &&
    Number(length) !== Buffer.byteLength(a.body);
  return [
    ...(a.status === b.status ? [] : ['status']),
    ...HEADERS.filter((name) => meaningOf(name, a.headers[name]) !== meaningOf(name, b.headers[name])),
    ...(isOtherLength ? ['content-length'] : []),
  ];
}
