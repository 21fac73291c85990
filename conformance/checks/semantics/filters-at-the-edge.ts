import {
  type Asked,
  accountOf,
  Client,
  type List,
  type Resource,
  resourceWith,
} from '../../../reference-worker/target/index.ts';
import type { Check, Context } from '../check.ts';
import { documentBody, isMistake, store } from '../kit/index.ts';

const LAST = '\u{10ffff}';
/**
 * Ends of values around which a comparison, or the upper bound of a range, goes wrong: neighbours of the letters in ASCII,
 * cases and forms of one letter, wildcards, and the first and last code points around the surrogates and of every 65,536.
 */
const ENDS = [
  ...['', 'a', 'A', 'z', 'Z', '@', '[', '`', '{', '/', '0', '9', ':', ' ', '~', '\u007f'],
  ...['\u00e9', '\u00c9', 'e\u0301', '\u00df', 'ss', '\u0130', 'i', '\u03c3', '\u03c2', '\u017f'],
  ...['%', '_', '*', '?', '\\', "'", '+', '&', '=', '%2b'],
  ...['\u0080', '\u07ff', '\u0800', '\ud7ff', '\ue000', '\ufffd', '\uffff', '\u{10000}', '\u{1f600}', LAST],
];

export const filtersAtTheEdge: Check = {
  id: 'semantics/filters-at-the-edge',
  title:
    'A filter finds every document that has its value or prefix, and none that a reader would not call the same.',
  requirements: ['B9'],
  severity: 'high',
  environment: 'real-time',
  needs: ['sessions', 'list'],
  promises: [],
  method:
    'Documents whose values end at the edges of Unicode, of case and of normal forms are listed by each value and by each ' +
    'prefix, of one field for each way to compare letters. What has exactly the value, or begins with exactly the prefix, is ' +
    'found; what is found has it, but for case, accents and normal form, in which Workers may rightly differ (Unicode ' +
    'Standard Annex 15). A value that a Worker refuses with 4xx is left out.',
  async run(context) {
    const { target, evidence } = context;
    const resource = resourceWith(target.system, { routes: ['list'], indexed: 1 });
    const client = new Client(target, accountOf(target, 'subject'));
    const fields = await fieldsByCollation(context, client, resource);
    const stored = await storeAll(context, client, resource, fields);
    evidence.served('documents are stored', stored.values.size > 1, stored.asked);
    for (const field of fields) await judgeField(context, client, { ...stored, field });
  },
};

/** Lists by each value and each prefix of one field. */
async function judgeField(context: Context, client: Client, stored: StoredValues): Promise<void> {
  const { target, evidence, unique } = context;
  const { resource, field, other } = stored;
  const listBy = (filter: NonNullable<List['filter']>, sort?: string) =>
    client.ask({ kind: 'list', resource, filter, ...(sort && { sort }) });
  const start = unique('v');
  const probe = await listBy({ field, prefix: start });
  // A Worker without lists by prefix takes no notice of one, or takes it for a value.
  const hasPrefixes = valuesIn(probe, stored).length > 1;
  if (!hasPrefixes) evidence.remark(`There are no lists by a prefix of ${field}, so those are not judged.`);
  for (const value of stored.values.values()) {
    judge(context, stored, value, await listBy({ field, is: value }), 'is');
    if (hasPrefixes && value !== start)
      judge(context, stored, value, await listBy({ field, prefix: value }), 'begins with');
  }
  for (const prefix of hasPrefixes ? [LAST, LAST.repeat(2)] : [])
    judge(context, stored, prefix, await listBy({ field, prefix }), 'begins with');
  if (other === undefined || !hasPrefixes || target.lacks('sorted-lists') !== undefined) return;
  for (const sort of [other, `-${other}`])
    judgeOrder(context, stored, sort, await listBy({ field, prefix: start }, sort));
}

/** The first field of those that take two cases of a letter for the same, and the first of those that do not: each has bounds of its own. */
async function fieldsByCollation(
  context: Context,
  client: Client,
  resource: Resource,
): Promise<readonly string[]> {
  const id = context.unique('case');
  const fields = resource.texts.filter((field) => field !== resource.unique);
  const values = Object.fromEntries(fields.map((field) => [field, `${id}-a`]));
  const body = documentBody(resource, id, values);
  const { handle } = await store(context, client, resource, { id, body });
  const byCollation = new Map<boolean, string>();
  for (const field of fields) {
    const filter = { field, is: `${id}-A` };
    const { answer } = await client.ask({ kind: 'list', resource: resource.name, filter });
    const isFound = answer.documents.some((found) => found.id === handle.id);
    if (!byCollation.has(isFound)) byCollation.set(isFound, field);
  }
  return [...byCollation.values()];
}

interface StoredValues {
  readonly resource: string;
  /** The one that is judged. */
  readonly field: string;
  /** One that lists can be sorted by, besides those that they are filtered by. */
  readonly other: string | undefined;
  /** Of that one, by the id of the document: in another order, and no two alike. */
  readonly others: ReadonlyMap<string, string>;
  /** By the id of the document. */
  readonly values: ReadonlyMap<string, string>;
  readonly asked: readonly Asked[];
}

/** Each end alone, and with something after it, so that it is the prefix of more than itself. */
async function storeAll(
  context: Context,
  client: Client,
  resource: Resource,
  fields: readonly string[],
): Promise<Omit<StoredValues, 'field'>> {
  const start = context.unique('v');
  const values = new Map<string, string>();
  const others = new Map<string, string>();
  const asked: Asked[] = [];
  const other = resource.texts.find((field) => !fields.includes(field));
  const put = async (id: string, value: string): Promise<void> => {
    const rank = `${start}-${String(900 - ((asked.length * 37) % 101))}`;
    const filtered = Object.fromEntries(fields.map((field) => [field, value]));
    const body = documentBody(resource, start, { ...filtered, ...(other && { [other]: rank }) });
    const made = await store(context, client, resource, { id, body });
    asked.push(made.asked);
    if (made.asked.answer.outcome !== 'ok') return;
    values.set(made.handle.id, value);
    others.set(made.handle.id, rank);
  };
  // No text sorts behind those that begin so.
  await put(`${start}-last`, `${LAST}${start}`);
  for (const [index, end] of ENDS.entries())
    for (const after of end === '' ? [''] : ['', index % 2 === 0 ? 'q' : '\u{1f600}']) {
      const value = `${start}${end}${after}`;
      await put(`${start}-${index}${after && '-more'}`, value);
    }
  return { resource: resource.name, other, values, others, asked: asked.slice(-1) };
}

/** A list may name its documents alone. */
const valuesIn = ({ answer }: Asked, { field, values }: StoredValues): readonly string[] =>
  answer.documents.map(({ id, body }) => (body ? String(body[field]) : (values.get(id) ?? `that of ${id}`)));

function judge(
  { evidence }: Context,
  stored: StoredValues,
  wanted: string,
  asked: Asked,
  how: 'is' | 'begins with',
): void {
  const has = (value: string, part: string): boolean =>
    how === 'is' ? value === part : value.startsWith(part);
  const values = [...stored.values.values()];
  const shown = valuesIn(asked, stored);
  // On a page that others follow it may yet come.
  const isWhole = !asked.answer.cursor;
  const missing = values.filter((value) => isWhole && has(value, wanted) && !shown.includes(value));
  const strange = shown.filter((value) => !has(folded(value), folded(wanted)));
  evidence.claim(
    `a list of what ${how} ${JSON.stringify(wanted)} shows all of it, and nothing else`,
    isMistake(asked) || (missing.length === 0 && strange.length === 0),
    {
      sentences: [
        `Because these have been stored: ${values
          .filter((value) => has(value, wanted))
          .map((value) => JSON.stringify(value))
          .join(', ')}, the list shows them and what differs in case or form alone.`,
        `However, it lacks ${missing.map((value) => JSON.stringify(value)).join(', ') || 'none'}, and shows ${strange.map((value) => JSON.stringify(value)).join(', ') || 'nothing else'}.`,
      ],
      exchanges: [asked],
    },
  );
}

/** A filter by one field and an order by another: refused, or both. */
function judgeOrder(
  { evidence, unique }: Context,
  { values, others }: StoredValues,
  sort: string,
  asked: Asked,
): void {
  const ranks = [...values]
    .filter(([, value]) => value.startsWith(unique('v')))
    .map(([id]) => others.get(id));
  const ascending = ranks.toSorted();
  const expected = sort.startsWith('-') ? ascending.toReversed() : ascending;
  const shown = asked.answer.documents.map(({ id }) => others.get(id));
  const isInOrder = shown.length > 0 && shown.every((rank, index) => rank === expected[index]);
  evidence.claim(
    `a list by a filter of one field that is sorted by another (${sort}) is refused, or begins with the first of all`,
    isMistake(asked) || isInOrder,
    [asked],
  );
}

/** What is left of a text without case, accents and compatibility forms: more than any collation takes for the same. */
const folded = (text: string): string =>
  text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase().toUpperCase();
