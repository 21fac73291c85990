import { isDeepStrictEqual } from 'node:util';
import {
  type Asked,
  accountOf,
  Client,
  encode,
  type Operation,
  type Resource,
  resourceWith,
  type Shown,
} from '../../../reference-worker/target/index.ts';
import type { Check, Context } from '../check.ts';
import {
  documentBody,
  hasPrefixLists,
  indexedFieldOf,
  isMistake,
  isSameVersion,
  takesAnyMember,
} from '../kit/index.ts';

/** Each would change the statement if it were a part of it. @param table and a column of it */
const valuesFor = (table: string, field: string): readonly string[] => [
  "' OR '1'='1",
  "' OR 1=1 --",
  "') OR ('1'='1",
  "x' UNION SELECT 1, 1, 1 --",
  `'; DELETE FROM ${table} --`,
  '" OR ""="',
  "\\' OR 1=1 --",
  "%' OR '%'='",
  '?1',
  `$.${field}`,
  "O'Brien",
];
/** Names, where a statement cannot bind a value and a developer is tempted to splice. */
const namesFor = (table: string, field: string): readonly string[] => [
  `${field} COLLATE BINARY`,
  `${field}; DELETE FROM ${table}`,
  `${field} DESC`,
  `${field}, body`,
  `${field}--`,
  `(SELECT body FROM ${table})`,
  `CASE WHEN 1=1 THEN ${field} ELSE body END`,
  `${field}' OR '1'='1`,
  'body',
  'account_id',
  '_version',
  'rowid',
];
const ROUTES = ['put', 'read', 'list', 'patch'] as const;
/** Of the shortest prefix that the platform allows. */
const PREFIX_MAX_BYTES = 49;

export const sqlInjection: Check = {
  id: 'robustness/sql-injection',
  title:
    'Text from a request is data in every statement: it finds what it is equal to, and changes nothing else.',
  requirements: ['A7', 'B9'],
  severity: 'critical',
  environment: 'real-time',
  needs: ROUTES,
  method:
    'Documents are stored whose fields are SQL, and found by exactly that text, as an equality, a prefix and in a ' +
    'session of several; a filter that finds more, or fails, has been read as SQL. Names of fields and orders that are ' +
    'SQL must be refused, as must such ids, cursors, ETags and names of resources in a batch. At the end every document is as it was stored (CWE-89).',
  async run(context) {
    const { target, evidence } = context;
    const resource = resourceWith(target.system, { ids: 'client', routes: ROUTES, indexed: 1 });
    const setting: Setting = {
      context,
      resource,
      field: indexedFieldOf(resource),
      client: new Client(target, accountOf(target, 'subject')),
    };
    const stored = await storeAll(setting);
    await judgeValues(setting, stored);
    await judgeNames(setting);
    await judgeTables(setting);
    await judgeKeys(setting);
    for (const { id, value, put } of stored) {
      const read = await setting.client.ask({ kind: 'read', resource: resource.name, id });
      const isSame = read.answer.documents[0]?.body?.[setting.field] === value && isSameVersion(put, read);
      evidence.claim('at the end every document is there, unchanged', isSame, [read]);
    }
  },
};

interface Setting {
  readonly context: Context;
  readonly resource: Resource;
  /** Indexed. */
  readonly field: string;
  readonly client: Client;
}

interface Stored {
  readonly id: string;
  readonly value: string;
  readonly put: Asked;
}

const idsOf = ({ answer }: Asked): string => answer.documents.map(({ id }) => id).join();

async function storeAll({ context, resource, field, client }: Setting): Promise<Stored[]> {
  const { evidence, unique } = context;
  const isFree = await takesAnyMember(context, resource);
  const stored: Stored[] = [];
  for (const [index, value] of valuesFor(resource.name, field).entries()) {
    const handle = { resource: resource.name, id: unique(`value-${index}`) };
    const body = documentBody(resource, 'word', { [field]: value, ...(isFree && { [value]: value }) });
    const put = await client.ask({ kind: 'put', ...handle, body });
    // What a Worker does not take it cannot read as SQL.
    if (isMistake(put)) continue;
    stored.push({ id: handle.id, value, put });
    const read = await client.ask({ kind: 'read', ...handle });
    const shown = read.answer.documents[0]?.body;
    const isSame = Object.entries(body).every(([name, held]) => isDeepStrictEqual(shown?.[name], held));
    evidence.control(`a document with ${JSON.stringify(value)} in it is stored as it is`, isSame, [read]);
  }
  return stored;
}

async function judgeValues(setting: Setting, stored: readonly Stored[]): Promise<void> {
  const { context, resource, field, client } = setting;
  const { evidence, target, unique } = context;
  const mine = unique('value-');
  const hasPrefixes = hasPrefixLists(target.system, resource);
  const heldBy = ({ id, body }: Shown): string =>
    body ? String(body[field]) : (stored.find((each) => each.id === id)?.value ?? `that of ${id}`);
  const maxBytes = target.system.limits.prefixMaxBytes ?? PREFIX_MAX_BYTES;
  for (const { id, value } of stored) {
    const filters = [
      { field, is: value },
      ...(hasPrefixes && value.length <= maxBytes ? [{ field, prefix: value }] : []),
    ];
    for (const filter of filters) {
      const asked = await client.ask({ kind: 'list', resource: resource.name, filter });
      const shown = asked.answer.documents.map(heldBy);
      const isEqual = shown.every((one) => one.toLowerCase().startsWith(value.toLowerCase()));
      const isFound = asked.answer.documents.some((document) => document.id === id);
      const sentences = [
        `Because the value of a filter is data, ${JSON.stringify(value)} finds ${mine}... with that ${field}.`,
        `However, it was answered ${asked.response.status} with ${JSON.stringify(shown)}.`,
      ];
      evidence.claim(
        `the ${'is' in filter ? 'value' : 'prefix'} ${JSON.stringify(value)} finds what begins with it, and no more`,
        isEqual && isFound,
        { sentences, exchanges: [asked] },
      );
    }
  }
}

async function judgeNames({ context, resource: described, field, client }: Setting): Promise<void> {
  const { evidence, target } = context;
  const { name: resource, indexed } = described;
  const isStrict = target.lacks('strict-queries') === undefined;
  const plain = await client.ask({ kind: 'list', resource });
  const sameKind = (one: Asked, other: Asked): boolean =>
    idsOf(one).length === 0 || idsOf(one) === idsOf(other);
  for (const name of namesFor(resource, field).filter((each) => !indexed.includes(each)))
    for (const operation of [
      { kind: 'list', resource, sort: name },
      { kind: 'list', resource, sort: `-${name}` },
      { kind: 'list', resource, filter: { field: name, is: 'x' } },
    ] as const satisfies readonly Operation[]) {
      // A Worker that has no orders is not asked for one.
      if (encode(target.system, operation).path === encode(target.system, { kind: 'list', resource }).path)
        continue;
      const asked = await client.ask(operation);
      const where = 'sort' in operation ? `the order ${operation.sort}` : `a filter on ${name}`;
      const isRefused = isMistake(asked);
      // What is no name of a field may be ignored, but for what it would do as SQL: fail, or show what no list shows.
      const isIgnored = !isStrict && asked.answer.outcome === 'ok' && sameKind(asked, plain);
      evidence.claim(`${where} is refused as the client's mistake`, isRefused || isIgnored, [asked]);
    }
}

/** Where a request names what it writes to in its body, that name is one of those that there are, and no SQL. */
async function judgeTables({ context, resource: described, client }: Setting): Promise<void> {
  const { evidence, target, unique } = context;
  if (target.lacks('batch') !== undefined) return;
  const { name } = described;
  const id = unique('value-0');
  for (const table of [`${name} AS t`, `${name} NOT INDEXED`, `main.${name}`, `"${name}"`, 'sqlite_schema']) {
    const asked = await client.ask({
      kind: 'batch',
      writes: [{ kind: 'put', resource: table, id, body: documentBody(described, 'changed') }],
    });
    const isRefused = asked.answer.outcome !== 'ok' && asked.response.status < 500;
    const isElsewhere = !JSON.stringify(asked.request.body ?? '').includes(table.replaceAll('"', ''));
    if (isElsewhere) return;
    evidence.claim(`a batch on ${table} is refused as the client's mistake`, isRefused, [asked]);
  }
}

/** Ids, cursors and ETags never are SQL, so that whatever is accepted has been taken for something else. */
async function judgeKeys({ context, resource: described, field, client }: Setting): Promise<void> {
  const { evidence, target, unique } = context;
  const { name: resource } = described;
  const document = { resource, id: unique('value-0') };
  const body = documentBody(described, 'changed');
  for (const value of valuesFor(resource, field).slice(0, 5)) {
    const id = `${document.id}${value}`;
    const operations: readonly Operation[] = [
      { kind: 'read', resource, id },
      { kind: 'patch', resource, id, body },
      // A Worker without cursors or If-Match takes no notice of them, as of any parameter or header that it does not know.
      ...(target.lacks('sealed-cursors') === undefined
        ? [{ kind: 'list', resource, cursor: value } as const]
        : []),
      ...(target.lacks('if-match') === undefined
        ? [{ kind: 'patch', ...document, body, ifMatch: `"1${value}"` } as const]
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
