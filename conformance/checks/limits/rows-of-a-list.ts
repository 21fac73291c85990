import {
  type Asked,
  accountOf,
  Client,
  type CountedStatement,
  concurrently,
  familiesOf,
  helpfulIndex,
  type Join,
  type List,
  NeedNotMet,
  OPERATION_HEADER,
  type Platform,
  planOf,
  platformOf,
  type Resource,
  resourcesWith,
  takeCounted,
} from '../../../reference-worker/target/index.ts';
import type { Check, Context } from '../check.ts';
import { documentBody, hasPrefixLists, makeDocument, makerOf, store } from '../kit/index.ts';

/** Documents of each resource that a list must not look at. */
const OTHERS = 60;
const ALIKE = 3;
const PAGE = 5;
/** What a list may read for each document that it shows: its entry in an index, its row, and both once more. */
const ROWS_PER_DOCUMENT = 4;
/** What any request may read besides: who is asking, where the account is. */
const ROWS_BESIDES = 20;
const AT_ONCE = 8;

export const rowsOfAList: Check = {
  id: 'limits/rows-of-a-list',
  title:
    'A list by an indexed field reads a few rows for each document that it shows, however many there are.',
  requirements: ['B9'],
  severity: 'medium',
  environment: 'real-time',
  needs: ['indexed-lists', 'list', 'faults'],
  promises: ['indexed-lists'],
  method:
    `Of each resource with indexed fields ${OTHERS} documents are stored that have nothing in common, and ${ALIKE} that do. Lists by each of ` +
    "these fields and by a prefix of it, rising and falling where lists are sorted, and joins by it are asked for, and workerd's own SQLite counts the rows that the " +
    `statements of each request read: ${ROWS_PER_DOCUMENT} for each document shown and ${ROWS_BESIDES} besides are taken for a few. D1 bills the rows ` +
    'that are looked at, and so does a list without an index. What a list reads that the description does not name is not seen.',
  async run(context) {
    const { target, evidence } = context;
    const { platform } = platformOf(target);
    if (!platform.rows) throw new NeedNotMet('needs a platform that counts rows');
    const client = new Client(target, accountOf(target, 'subject'));
    const resources = resourcesWith(target.system, { routes: ['list'], indexed: 1 }).filter((resource) =>
      makerOf(target.system, resource),
    );
    if (resources.length === 0)
      throw new NeedNotMet('needs a resource with indexed fields whose documents can be made');
    let asked = 0;
    for (const resource of resources) {
      const stored = await context.once(`documents for the rows of ${resource.name}`, () =>
        storeAll(context, client, resource),
      );
      evidence.served(
        `${OTHERS + ALIKE} documents of ${resource.name} are stored`,
        stored.failed.length === 0,
        stored.failed,
      );
      for (const list of [...listsOf(context, resource), ...(await joinsOf(context, client, resource))])
        asked += await judge(context, client, platform, list);
    }
    if (asked === 0)
      throw new NeedNotMet('needs lists that ask D1 while they are answered: none of these was seen to');
  },
};

/** Of each field: lists of what has one value, and of what begins so, and the first and the last of all in its order. */
function listsOf({ target, unique }: Context, resource: Resource): readonly List[] {
  const { name, texts } = resource;
  const of = { kind: 'list', resource: name, limit: PAGE } as const;
  const isSorted = target.lacks('sorted-lists') === undefined;
  const word = unique(`alike-${name}`);
  return texts.flatMap((field) => {
    const sorted = isSorted ? [{ sort: field }, { sort: `-${field}` }] : [];
    const prefixed = hasPrefixLists(target.system, resource) ? [{}, ...sorted] : [];
    return [
      { ...of, filter: { field, is: word } },
      ...prefixed.map((sort) => ({ ...of, filter: { field, prefix: word }, ...sort })),
      ...sorted.map((sort) => ({ ...of, ...sort })),
    ];
  });
}

/** Where documents are the children of a join: those that are alike name one parent. */
async function joinsOf(
  { target, unique }: Context,
  client: Client,
  { name, texts }: Resource,
): Promise<readonly Join[]> {
  const family = familiesOf(target.system, { joined: true }).find(({ child }) => child.name === name);
  if (family?.parent.ids !== 'client' || !texts.includes(family.field)) return [];
  const parent = { resource: family.parent.name, id: unique(`alike-${name}`) };
  await makeDocument(client, target.system, parent, unique('parent'));
  return [{ kind: 'join', ...parent, child: name, limit: PAGE }];
}

async function storeAll(
  context: Context,
  client: Client,
  resource: Resource,
): Promise<{ readonly failed: Asked[] }> {
  const { unique } = context;
  const { name, texts } = resource;
  const failed: Asked[] = [];
  const marks = Array.from({ length: OTHERS + ALIKE }, (_, index) => ({
    id: unique(`${name}-${index}`),
    word: index < OTHERS ? unique(`other-${name}-${index}`) : unique(`alike-${name}`),
  }));
  await concurrently(marks, AT_ONCE, undefined, async ({ id, word }) => {
    const body = documentBody(resource, word, Object.fromEntries(texts.map((field) => [field, word])));
    const { asked } = await store(context, client, resource, { id, body });
    if (asked.answer.outcome !== 'ok') failed.push(asked);
  });
  return { failed };
}

/** @returns how many statements the list was seen to run */
async function judge(
  { evidence }: Context,
  client: Client,
  platform: Platform,
  list: List | Join,
): Promise<number> {
  // What is asked at the same time by others has another name, or none.
  const operation = 'rows-of-a-list';
  await platform.control.takeStatements();
  const asked = await client.ask(list, { headers: { [OPERATION_HEADER]: operation } });
  const statements = (await takeCounted(platform)).filter((each) => each.operation === operation);
  const how = howOf(list);
  const shown = asked.answer.documents.length;
  const rowsRead = statements.reduce((sum, each) => sum + rowsOf(each), 0);
  evidence.served(`a list of ${list.resource} ${how} shows documents`, shown > 0, [asked]);
  // One list that is kept elsewhere reads no row; where all are, nothing is judged.
  evidence.control(
    `the rows of a list of ${list.resource} ${how} are counted`,
    statements.every(({ executions, counted }) => executions === counted.length),
    [asked],
  );
  const bound = ROWS_PER_DOCUMENT * shown + ROWS_BESIDES;
  const worst = statements.toSorted((a, b) => rowsOf(b) - rowsOf(a))[0];
  evidence.claim(
    `a list of ${list.resource} ${how} that shows ${shown} documents reads at most ${bound} rows`,
    rowsRead <= bound,
    rowsRead <= bound || !worst
      ? [asked]
      : { sentences: await sentences(platform, worst, rowsRead, bound), exchanges: [asked] },
  );
  return statements.length;
}

function howOf(list: List | Join): string {
  if (list.kind === 'join') return `with the ${list.child} of one`;
  const { filter, sort } = list;
  const by = filter && `by ${'is' in filter ? '' : 'a prefix of '}${filter.field}`;
  return [by, sort && `sorted by ${sort}`].filter(Boolean).join(', ');
}

const rowsOf = ({ counted }: CountedStatement): number =>
  counted.reduce((sum, each) => sum + each.rowsRead, 0);

async function sentences(
  platform: Platform,
  worst: CountedStatement,
  rowsRead: number,
  bound: number,
): Promise<readonly string[]> {
  const plan = await planOf(platform, worst);
  const index = await helpfulIndex(platform, platform.operator, worst);
  return [
    `Expected: at most ${bound} rows read, however many documents there are.`,
    `However, ${rowsRead} were read, ${rowsOf(worst)} of them by: ${worst.sql}`,
    ...(plan.length > 0 ? [`SQLite goes about it so: ${plan.join('; ')}.`] : []),
    ...(index ? [`With an index it reads ${index.rowsReadWith}: ${index.sql}.`] : []),
  ];
}
