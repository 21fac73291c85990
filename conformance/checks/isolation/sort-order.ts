import {
  Client,
  NeedNotMet,
  type Resource,
  type TestAccount,
} from '../../../reference-worker/target/index.ts';
import { hasPrefixLists, isMistake, makeDocument, resourcesFor, storeAt } from '../kit/index.ts';
import { routesExcept } from './cases.ts';
import { eachCase, type IsolationContext, isolationCheck, type TestCase } from './isolation-check.ts';
import { expectedIds, idsOn, isOnlyOwn, pagesOf, repeats, sameIds } from './lists.ts';

const PAGE = 20;

async function judgeSorts(
  testCase: TestCase,
  { fixture, target }: IsolationContext,
  described: Resource,
): Promise<void> {
  // Without lists by a prefix, no list holds the fixture and nothing else.
  if (!hasPrefixLists(target.system, described)) return;
  const { name: resource, telling } = described;
  const [mine, theirs] = [testCase.attacker.account, testCase.owner.account];
  for (const field of telling)
    for (const descending of [false, true]) {
      const sort = descending ? `-${field}` : field;
      const list = { kind: 'list', resource, filter: { field, prefix: fixture.prefix }, sort } as const;
      const expected = { field, matches: (value: string) => value.startsWith(fixture.prefix), descending };
      const pages = await pagesOf(fixture.client(mine), { ...list, limit: 2 });
      const control = await fixture.client(theirs).ask(list);
      const own = expectedIds(fixture, mine, resource, expected);
      const isOwn = isOnlyOwn(fixture, testCase, pages, sameIds(idsOn(pages), own));
      testCase.claim('a sorted list shows the own documents, in their order, and no others', isOwn, {
        sentences: [
          `Because these are its ${resource} by ${sort}, ${mine.id} must read ${own.join(', ')}.`,
          `However, it reads ${idsOn(pages).join(', ')}.`,
        ],
        exchanges: pages,
      });
      const hasItsOwn = sameIds(idsOn([control]), expectedIds(fixture, theirs, resource, expected));
      testCase.served('the other account has its own order', hasItsOwn, [control]);
    }
}

/** Documents of both accounts by turns, all of one value: at the end of each page the next one is somebody else's. */
async function judgeTies(testCase: TestCase, { target: { system } }: IsolationContext): Promise<void> {
  const resource = resourcesFor(system, 'list').find((each) => hasPrefixLists(system, each));
  const [field] = resource?.texts ?? [];
  if (!resource || field === undefined) return;
  const { attacker, owner } = testCase;
  const value = testCase.unique('tie');
  for (const [client, name] of [
    [attacker, '1'],
    [owner, '2'],
    [attacker, '3'],
    [owner, '4'],
  ] as const) {
    const body = { ...resource.document(testCase.markOf(client)), [field]: value };
    await storeAt(client, system, { resource: resource.name, id: `${value}-${name}` }, body);
  }
  for (const sort of [field, `-${field}`]) {
    const pages = await pagesOf(attacker, {
      ...{ kind: 'list', resource: resource.name, filter: { field, prefix: value }, sort, limit: 1 },
    });
    const [leak] = pages.flatMap((page) => testCase.leaks(page));
    testCase.claim(
      'a page that ends at a value of both accounts is followed by an own one',
      leak === undefined,
      {
        sentences: [
          `Because the documents of ${owner.account.id} lie between those of ${attacker.account.id}, with the same ${field}, none of them may be shown.`,
          `However, the pages by ${sort} show ${leak}.`,
        ],
        exchanges: pages,
      },
    );
  }
}

/** Lists without any filter, to their last page: a list that runs on does so behind the own documents. */
async function judgeEnds(
  { fixture, target, cases, unique }: IsolationContext,
  account: TestAccount,
): Promise<void> {
  const client = new Client(target, account);
  const { system } = target;
  // The last one: of all that the other checks make, the fewest are of it, and all of them are listed.
  const last = resourcesFor(system, 'list').at(-1);
  if (!last) throw new NeedNotMet('needs a resource that can be listed');
  const { name: resource, telling } = last;
  for (let index = 0; index <= PAGE; index++)
    await makeDocument(client, system, { resource, id: unique(`filler-${index}`) }, fixture.markOf(account));
  for (const sort of [undefined, ...telling.flatMap((field) => [field, `-${field}`])]) {
    const list = { kind: 'list', resource, ...(sort && { sort }), limit: PAGE } as const;
    const pages = await pagesOf(client, list);
    const [leak = 'ids again that it has shown'] = pages.flatMap((page) => fixture.leaksIn(page, account));
    const end = pages.at(-1);
    // A Worker without pages shows more at once than a page was asked for.
    const isSeveral = pages.length > 1 || idsOn(pages).length > PAGE;
    const isWhole =
      isSeveral &&
      !end?.answer.cursor &&
      fixture.documents(account, resource).every(({ id }) => idsOn(pages).includes(id));
    for (const testCase of cases.filter(({ attacker }) => attacker.account === account)) {
      const isServed = !pages.some(isMistake);
      testCase.claim(
        'a list by an indexed field is not refused for want of a filter',
        isServed,
        pages.slice(-1),
      );
      testCase.control('a list over several pages has an end', isWhole, end ? [end] : []);
      const isOwn = isOnlyOwn(fixture, testCase, pages, !repeats(pages));
      testCase.claim('a list that is followed to its end stays in the own account', isOwn, {
        sentences: [
          `Because the list is that of ${account.id}, it must end with its last document, and show each once.`,
          `However, it goes on after ${pages.length} pages, and shows ${leak}.`,
        ],
        exchanges: pages.slice(-2),
      });
    }
  }
}

export const sortOrder = isolationCheck({
  name: 'sort-order',
  title: 'Sorted in any order, and followed to its last page, a list stays within the own account.',
  severity: 'critical',
  requirements: ['B9'],
  needs: ['another-account', 'sorted-lists', 'list', 'read'],
  leavesOut: [{ routes: routesExcept('list'), because: 'they take no order' }],
  method: `Lists by every indexed field, rising and falling, show the own documents in their order, also page by page where both accounts have documents of one value by turns. Lists without a filter
of one resource are served in each order and followed to their last page, where keyset pagination over (account, id) runs on into the next account.`,
  async judge(context) {
    await eachCase(async (testCase) => {
      for (const resource of resourcesFor(context.target.system, 'list'))
        await judgeSorts(testCase, context, resource);
      await judgeTies(testCase, context);
    })(context);
    await Promise.all(context.target.accounts.map((account) => judgeEnds(context, account)));
  },
});
