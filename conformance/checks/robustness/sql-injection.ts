import { isDeepStrictEqual } from 'node:util';
import { system as sharedShards } from '../../../reference-worker/shared-shards/system.ts';
import {
  type Asked,
  accountOf,
  Client,
  type Operation,
  resourceNamed,
} from '../../../reference-worker/target/index.ts';
import type { Check, Context } from '../check.ts';
import { isSameVersion } from '../kit/unchanged.ts';

/** Values: each would change the statement if it were a part of it. */
const VALUES = [
  "' OR '1'='1",
  "' OR 1=1 --",
  "') OR ('1'='1",
  "x' UNION SELECT 1, 1, 1 --",
  "'; DELETE FROM clients --",
  '" OR ""="',
  "\\' OR 1=1 --",
  "%' OR '%'='",
  '?1',
  '$.surname',
  "O'Brien",
];
/** Names, where a statement cannot bind a value and a developer is tempted to splice. */
const NAMES = [
  'surname COLLATE BINARY',
  'surname; DELETE FROM clients',
  'surname DESC',
  'surname, body',
  'surname--',
  '(SELECT body FROM clients)',
  'CASE WHEN 1=1 THEN surname ELSE body END',
  "surname' OR '1'='1",
  'body',
  'account_id',
  '_version',
  'rowid',
];
/** Of the shortest prefix that the platform allows. */
const PREFIX_MAX_BYTES = 49;
const resource = 'clients';

export const sqlInjection: Check = {
  id: 'robustness/sql-injection',
  title:
    'Text from a request is data in every statement: it finds what it is equal to, and changes nothing else.',
  requirements: ['A7', 'B9'],
  severity: 'critical',
  environment: 'real-time',
  needs: ['put', 'read', 'list', 'patch'],
  method:
    'Documents are stored whose fields are SQL, and found by exactly that text, as an equality, a prefix and in a ' +
    'session of several; a filter that finds more, or fails, has been read as SQL. Names of fields and orders that are ' +
    'SQL must be refused, as must such ids, cursors and ETags. At the end every document is as it was stored (CWE-89).',
  async run(context) {
    const stored = await store(context);
    await judgeValues(context, stored);
    await judgeNames(context);
    await judgeKeys(context);
    const { evidence } = context;
    for (const { id, surname, put } of stored) {
      const read = await clientOf(context).ask({ kind: 'read', resource, id });
      const isSame = read.answer.documents[0]?.body?.surname === surname && isSameVersion(put, read);
      evidence.claim('at the end every document is there, unchanged', isSame, [read]);
    }
  },
};

const idsOf = ({ answer }: Asked): string => answer.documents.map(({ id }) => id).join();

const clientOf = ({ target }: Context): Client => new Client(target, accountOf(target, 'subject'));

interface Stored {
  readonly id: string;
  readonly surname: string;
  readonly put: Asked;
}

async function store(context: Context): Promise<Stored[]> {
  const { evidence, unique } = context;
  const client = clientOf(context);
  const stored: Stored[] = [];
  for (const [index, surname] of VALUES.entries()) {
    const id = unique(`value-${index}`);
    const body = { surname, [surname]: surname };
    const put = await client.ask({ kind: 'put', resource, id, body });
    stored.push({ id, surname, put });
    const read = await client.ask({ kind: 'read', resource, id });
    const isSame = isDeepStrictEqual(read.answer.documents[0]?.body, body);
    evidence.control(`a document with ${JSON.stringify(surname)} in it is stored as it is`, isSame, [read]);
  }
  return stored;
}

async function judgeValues(context: Context, stored: readonly Stored[]): Promise<void> {
  const { evidence, target, unique } = context;
  const client = clientOf(context);
  const mine = unique('value-');
  const maxBytes = target.system.limits.prefixMaxBytes ?? PREFIX_MAX_BYTES;
  for (const { id, surname } of stored) {
    const filters = [
      { field: 'surname', is: surname },
      ...(surname.length <= maxBytes ? [{ field: 'surname', prefix: surname }] : []),
    ];
    for (const filter of filters) {
      const asked = await client.ask({ kind: 'list', resource, filter });
      const shown = asked.answer.documents.map((document) => String(document.body?.surname));
      const isEqual = shown.every((one) => one.toLowerCase().startsWith(surname.toLowerCase()));
      const isFound = asked.answer.documents.some((document) => document.id === id);
      const sentences = [
        `Because the value of a filter is data, ${JSON.stringify(surname)} finds ${mine}... with that surname.`,
        `However, it was answered ${asked.response.status} with ${JSON.stringify(shown)}.`,
      ];
      evidence.claim(
        `the ${'is' in filter ? 'value' : 'prefix'} ${JSON.stringify(surname)} finds what begins with it, and no more`,
        isEqual && isFound,
        { sentences, exchanges: [asked] },
      );
    }
  }
}

async function judgeNames(context: Context): Promise<void> {
  const { evidence, target } = context;
  const client = clientOf(context);
  const isStrict = target.lacks('strict-queries') === undefined;
  const plain = await client.ask({ kind: 'list', resource });
  const sameKind = (one: Asked, other: Asked): boolean =>
    idsOf(one).length === 0 || idsOf(one) === idsOf(other);
  for (const name of NAMES.filter((each) => !resourceNamed(sharedShards, resource).indexed.includes(each)))
    for (const operation of [
      { kind: 'list', resource, sort: name },
      { kind: 'list', resource, sort: `-${name}` },
      { kind: 'list', resource, filter: { field: name, is: 'x' } },
    ] as const satisfies readonly Operation[]) {
      const asked = await client.ask(operation);
      const where = 'sort' in operation ? `the order ${operation.sort}` : `a filter on ${name}`;
      const isRefused = asked.answer.outcome === 'refused' && asked.response.status < 500;
      // What is no name of a field may be ignored, but for what it would do as SQL: fail, or show what no list shows.
      const isIgnored = !isStrict && asked.answer.outcome === 'ok' && sameKind(asked, plain);
      evidence.claim(`${where} is refused as the client's mistake`, isRefused || isIgnored, [asked]);
    }
}

/** Ids, cursors and ETags never are SQL, so that whatever is accepted has been taken for something else. */
async function judgeKeys(context: Context): Promise<void> {
  const { evidence, target, unique } = context;
  const client = clientOf(context);
  const document = { resource, id: unique('value-0') } as const;
  for (const value of VALUES.slice(0, 5)) {
    const id = `${document.id}${value}`;
    const operations: readonly Operation[] = [
      { kind: 'read', resource, id },
      { kind: 'patch', resource, id, body: { surname: 'changed' } },
      // A Worker without cursors or If-Match takes no notice of them, as of any parameter or header that it does not know.
      ...(target.lacks('sealed-cursors') === undefined
        ? [{ kind: 'list', resource, cursor: value } as const]
        : []),
      ...(target.lacks('if-match') === undefined
        ? [{ kind: 'patch', ...document, body: { surname: 'changed' }, ifMatch: `"1${value}"` } as const]
        : []),
    ];
    for (const one of await Promise.all(operations.map((operation) => client.ask(operation)))) {
      const isRefused = one.answer.outcome !== 'ok' && one.response.status < 500;
      // A patch may make its document (RFC 5789): under this very id, which is no SQL then.
      const read = isRefused ? undefined : await client.ask({ kind: 'read', resource, id });
      const isOwn = one.operation.kind === 'patch' && read?.answer.documents[0]?.id === id;
      evidence.claim(
        `${one.operation.kind} with ${JSON.stringify(value)} in a key is refused`,
        isRefused || isOwn,
        [one],
      );
    }
  }
}
