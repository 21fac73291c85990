import { INDEXED_FIELDS, limitsOf, type Operation } from '../../contract/index.ts';
import { accountOf, Client } from '../../target/index.ts';
import type { Check, Context } from '../check.ts';

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
const collection = 'clients';

export const sqlInjection: Check = {
  id: 'robustness/sql-injection',
  title:
    'Text from a request is data in every statement: it finds what it is equal to, and changes nothing else.',
  requirements: ['A7', 'B9'],
  severity: 'critical',
  world: 'calm',
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
    const { evidence, unique } = context;
    const all = await clientOf(context).ask({
      ...{ kind: 'list', collection, filter: { field: 'groupId', is: unique('group') }, limit: 50 },
    });
    const kept = all.answer.documents.map(({ id, version }) => `${id} ${version}`).sort();
    const isSame =
      kept.join() ===
      stored
        .map(({ id }) => `${id} 1`)
        .sort()
        .join();
    evidence.claim('at the end every document is there, unchanged', isSame, [all]);
  },
};

const clientOf = ({ target }: Context): Client => new Client(target, accountOf(target, 'subject'));

interface Stored {
  readonly id: string;
  readonly surname: string;
}

async function store(context: Context): Promise<Stored[]> {
  const { evidence, unique } = context;
  const client = clientOf(context);
  const stored = VALUES.map((surname, index) => ({ id: unique(`value-${index}`), surname }));
  const groupId = unique('group');
  for (const { id, surname } of stored) {
    const body = { surname, groupId, [surname]: surname };
    await client.ask({ kind: 'put', collection, id, body });
    const read = await client.ask({ kind: 'read', collection, id });
    const isSame = JSON.stringify(read.answer.documents[0]?.body) === JSON.stringify(body);
    evidence.control(`a document with ${JSON.stringify(surname)} in it is stored as it is`, isSame, [read]);
  }
  return stored;
}

async function judgeValues(context: Context, stored: readonly Stored[]): Promise<void> {
  const { evidence, target, unique } = context;
  const client = clientOf(context);
  const mine = unique('value-');
  const maxBytes = limitsOf(target.adapter).prefixMaxBytes ?? PREFIX_MAX_BYTES;
  for (const { id, surname } of stored) {
    const filters = [
      { field: 'surname', is: surname },
      ...(surname.length <= maxBytes ? [{ field: 'surname', prefix: surname }] : []),
    ];
    for (const filter of filters) {
      const asked = await client.ask({ kind: 'list', collection, filter, limit: 50 });
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
  const { evidence } = context;
  const client = clientOf(context);
  for (const name of NAMES.filter((each) => !INDEXED_FIELDS[collection].includes(each)))
    for (const operation of [
      { kind: 'list', collection, sort: name },
      { kind: 'list', collection, sort: `-${name}` },
      { kind: 'list', collection, filter: { field: name, is: 'x' } },
    ] as const satisfies readonly Operation[]) {
      const asked = await client.ask(operation);
      const where = 'sort' in operation ? `the order ${operation.sort}` : `a filter on ${name}`;
      const isRefused = asked.answer.outcome === 'refused' && asked.response.status < 500;
      evidence.claim(`${where} is refused as the client's mistake`, isRefused, [asked]);
    }
}

/** Ids, cursors and ETags never are SQL, so that whatever is accepted has been taken for something else. */
async function judgeKeys(context: Context): Promise<void> {
  const { evidence, unique } = context;
  const client = clientOf(context);
  const document = { collection, id: unique('value-0') } as const;
  for (const value of VALUES.slice(0, 5)) {
    const id = `${document.id}${value}`;
    const asked = await Promise.all([
      client.ask({ kind: 'read', collection, id }),
      client.ask({ kind: 'patch', collection, id, body: { surname: 'changed' } }),
      client.ask({ kind: 'list', collection, cursor: value }),
      client.ask({ kind: 'patch', ...document, body: { surname: 'changed' }, ifMatch: `"1${value}"` }),
    ]);
    for (const one of asked) {
      const isRefused = one.answer.outcome !== 'ok' && one.response.status < 500;
      evidence.claim(`${one.operation.kind} with ${JSON.stringify(value)} in a key is refused`, isRefused, [
        one,
      ]);
    }
  }
}
