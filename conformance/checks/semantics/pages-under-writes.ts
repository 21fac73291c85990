import fc from 'fast-check';
import {
  type Asked,
  accountOf,
  Client,
  encode,
  familiesOf,
  type Handle,
  type Join,
  type List,
  NeedNotMet,
  type Resource,
  resourcesWith,
  resourceWith,
  type System,
} from '../../../reference-worker/target/index.ts';
import type { Check, Context } from '../check.ts';
import { documentBody, hasPrefixLists, indexedFieldOf } from '../kit/index.ts';
import { DIRECTED_PAGINGS, type Paging, pageThrough, pagings, type Shelf } from './paging-trial.ts';

const RUNS = { fast: 2, full: 10 } as const;
const WAYS = ['prefix', 'value', 'join'] as const;
type Way = (typeof WAYS)[number];

const CLAIMS: Readonly<Record<Way, string>> = {
  prefix:
    'a list by a prefix, in the order of its field, shows each document once, whatever is written between its pages',
  value:
    'a list by a value that all its documents have shows each once, whatever is written between its pages',
  join: 'a join shows each child of its parent once, whatever is written between its pages',
};

/** More than an account has at any number to a page. */
const WHOLE_PAGES_MAX = 200;
/** Of the first documents of a list, by which pages of two are compared with one page. */
const PAIRS = 4;

export const pagesUnderWrites: Check = {
  id: 'semantics/pages-under-writes',
  title:
    'Page by page a list shows what is there all the while once and in order, and nothing that was deleted.',
  requirements: ['B9'],
  severity: 'high',
  environment: 'real-time',
  needs: ['stable-pages', 'sessions', 'put', 'delete', 'list'],
  promises: ['stable-pages', 'sorted-lists'],
  method:
    'Lists by a prefix and by a value, ascending and descending, and joins are read in pages of one to three, over documents ' +
    'most of which have their value in common with others. Between the pages documents are inserted and deleted, the one at ' +
    'which the last page ended among them. Each document that was there from first to last is shown once; none is shown ' +
    'after it was deleted, or twice; and all in the order of their values and ids, where that is promised. Known cases come ' +
    'first, then drawn ones; a failure is shrunk. At the end the whole list is read, without a filter, which does not show what was deleted; and the first documents of ' +
    'a sorted list, some of which have nothing in its field, in pages of two and on one page.',
  async run(context) {
    const { target, evidence, seed, effort } = context;
    let several = 0;
    for (const way of WAYS) {
      const shelfOf = shelvesFor(context, way);
      if (!shelfOf) continue;
      let found: { readonly what: string; readonly exchanges: readonly Asked[] } | undefined;
      let trials = 0;
      const property = fc.asyncProperty(pagings, async (paging) => {
        trials += 1;
        const shelf = await shelfOf(`${way}${trials}`, paging);
        // Of a join no order is promised, and it has one direction.
        const result = await pageThrough(
          shelf,
          way === 'prefix' ? paging : { ...paging, ranks: flat(paging), descending: false },
        );
        several += result.pages > 1 ? 1 : 0;
        if ('what' in result) found = result;
        return !('what' in result);
      });
      const examples = DIRECTED_PAGINGS.map((paging): [Paging] => [paging]);
      const details = await fc.check(property, { seed, numRuns: examples.length + RUNS[effort], examples });
      if (details.failed && !found) throw details.errorInstance;
      evidence.claim(CLAIMS[way], !found, {
        sentences: [
          'Because a reader follows a list from its first page to its last, each document that is there meanwhile is shown once.',
          `However, ${found?.what}.`,
        ],
        exchanges: found?.exchanges ?? [],
      });
    }
    await judgeUnfiltered(context);
    await judgeEmptyValues(context);
    if (several === 0 && target.lacks('sealed-cursors') !== undefined)
      throw new NeedNotMet('needs lists of which a limit can be asked for');
    evidence.control('there were lists of several pages', several > 0);
  },
};

/** The whole list, to its end, where it shows what is there: what was deleted is not on it. */
async function judgeUnfiltered({ target, evidence, unique }: Context): Promise<void> {
  const routes = ['put', 'delete', 'list'] as const;
  const { name, document } = resourceWith(target.system, { ids: 'client', routes, indexed: 1 });
  const client = new Client(target, accountOf(target, 'subject'));
  const [there, gone] = ['there', 'gone'].map((end) => ({ resource: name, id: unique(`whole-${end}`) }));
  if (!there || !gone) throw new Error('two documents were asked for');
  for (const each of [there, gone]) await client.ask({ kind: 'put', ...each, body: document(each.id) });
  const deleted = await client.ask({ kind: 'delete', ...gone });
  const ids = new Set<string>();
  let page: Asked | undefined;
  let telling: Asked | undefined;
  let pages = 0;
  do {
    const { listMaxItems: limit } = target.system.limits;
    const cursor = page?.answer.cursor;
    page = await client.ask({
      ...{ kind: 'list', resource: name },
      ...(limit !== undefined && { limit }),
      ...(cursor && { cursor }),
    });
    for (const { id } of page.answer.documents) ids.add(id);
    if (page.answer.documents.some(({ id }) => id === gone.id)) telling = page;
    pages += 1;
  } while (page.answer.cursor && pages < WHOLE_PAGES_MAX);
  // A Worker may list without a filter no more than its first page.
  if (page.answer.outcome !== 'ok' || page.answer.cursor || deleted.answer.outcome !== 'ok') return;
  if (!ids.has(there.id)) return;
  evidence.claim('a list without a filter does not show what was deleted', !ids.has(gone.id), [
    deleted,
    telling ?? page,
  ]);
}

/** Of a page of as many, in the same order, the pages of two show the same documents, also where these have nothing in the field. */
async function judgeEmptyValues({ target, evidence, unique }: Context): Promise<void> {
  if (target.lacks('sorted-lists') !== undefined) return;
  const resource = resourceWith(target.system, { ids: 'client', routes: ['put', 'list'], indexed: 1 });
  const { name, texts } = resource;
  if (!isLimited(target.system, { kind: 'list', resource: name })) return;
  const client = new Client(target, accountOf(target, 'subject'));
  // Those without a value have ids behind those of others.
  for (const [id, value] of [
    ['a', '\u0001'],
    ['b', '\u0001'],
    ['y', ''],
    ['z', ''],
  ] as const) {
    const body = documentBody(resource, id, Object.fromEntries(texts.map((field) => [field, value])));
    await client.ask({ kind: 'put', resource: name, id: unique(`empty-${id}`), body });
  }
  for (const sort of texts) {
    const list = { kind: 'list', resource: name, sort } as const;
    const whole = await client.ask({ ...list, limit: 2 * PAIRS });
    if (whole.answer.outcome !== 'ok') continue;
    const pages: Asked[] = [];
    for (let page = 0; page < PAIRS; page += 1) {
      const cursor = pages.at(-1)?.answer.cursor;
      if (page > 0 && !cursor) break;
      pages.push(await client.ask({ ...list, limit: 2, ...(cursor && { cursor }) }));
    }
    const [expected, shown] = [idsIn([whole]), idsIn(pages)];
    evidence.claim(`pages of two by ${sort} show what one page does`, shown.join() === expected.join(), {
      sentences: [
        `Because one page by ${sort} shows ${expected.join(', ')}, pages of two show the same.`,
        `However, they show ${shown.join(', ')}.`,
      ],
      exchanges: [whole, ...pages],
    });
  }
}

const idsIn = (pages: readonly Asked[]): readonly string[] =>
  pages.flatMap(({ answer }) => answer.documents.map(({ id }) => id));

const flat = ({ ranks }: Paging): ReadonlyMap<number, number> =>
  new Map([...ranks.keys()].map((key) => [key, 0]));

type ShelfOf = (mark: string, paging: Paging) => Promise<Shelf>;

/** @returns undefined where the target has no such list */
function shelvesFor(context: Context, way: Way): ShelfOf | undefined {
  return way === 'join' ? joinsOf(context) : listsOf(context, way);
}

function listsOf({ target, unique }: Context, way: 'prefix' | 'value'): ShelfOf | undefined {
  const isSorted = target.lacks('sorted-lists') === undefined;
  const resource = resourceWith(target.system, {
    ids: 'client',
    routes: ['put', 'delete', 'list'],
    indexed: 1,
  });
  const { name } = resource;
  const field = indexedFieldOf(resource);
  if (way === 'prefix' && !(isSorted && hasPrefixLists(target.system, resource))) return undefined;
  return async (trial, { descending }) => {
    const mark = unique(trial);
    const filter = way === 'prefix' ? { field, prefix: mark } : { field, is: `${mark}a` };
    return {
      client: new Client(target, accountOf(target, 'subject')),
      list: {
        kind: 'list',
        resource: name,
        filter,
        ...(way === 'prefix' && { sort: `${descending ? '-' : ''}${field}` }),
      },
      isOrdered: isSorted && way === 'prefix',
      isLimited: isLimited(target.system, { kind: 'list', resource: name }),
      ...documentsOf(resource, field, mark, (rank) => `${mark}${'abc'[rank]}`),
    };
  };
}

function joinsOf({ target, unique }: Context): ShelfOf | undefined {
  const stored = resourcesWith(target.system, { ids: 'client', routes: ['put'] });
  const changed = resourcesWith(target.system, { ids: 'client', routes: ['put', 'delete'] });
  const family = familiesOf(target.system, { joined: true }).find(
    ({ parent, child }) => stored.includes(parent) && changed.includes(child),
  );
  if (!family) return undefined;
  const { parent, child, field } = family;
  return async (trial) => {
    const client = new Client(target, accountOf(target, 'subject'));
    const mark = unique(trial);
    const handle = { resource: parent.name, id: `${mark}-parent` };
    await client.ask({ kind: 'put', ...handle, body: documentBody(parent, mark) });
    const list = { kind: 'join', ...handle, child: child.name } as const;
    const asks = isLimited(target.system, list);
    return {
      client,
      list,
      isOrdered: false,
      isLimited: asks,
      ...documentsOf(child, field, mark, () => handle.id),
    };
  };
}

/** Whether the length of a page can be asked for. */
const isLimited = (system: System, list: List | Join): boolean =>
  encode(system, { ...list, limit: 1 }).path !== encode(system, list).path;

function documentsOf(
  resource: Resource,
  field: string,
  mark: string,
  fieldValue: (rank: number) => string,
): Pick<Shelf, 'handleOf' | 'make'> {
  const handleOf = (key: number): Handle => ({
    resource: resource.name,
    id: `${mark}-${key.toString(36).padStart(2, '0')}`,
  });
  return {
    handleOf,
    make: (key, rank) => ({
      kind: 'put',
      ...handleOf(key),
      body: documentBody(resource, mark, { [field]: fieldValue(rank) }),
    }),
  };
}
