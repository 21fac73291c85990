import { COLLECTIONS, system as sharedShards } from '../../../reference-worker/shared-shards/system.ts';
import { accountOf, Client, resourceNamed } from '../../../reference-worker/target/index.ts';
import { type Cell, routesExcept } from './cells.ts';
import { expectedIds, idsOn, isOnlyOwn, pagesOf, repeats, sameIds } from './lists.ts';
import { leaksIn } from './scene.ts';
import { type Bench, forEachCell, vector } from './vector.ts';

/** The one whose lists without a filter are followed: all of an account's documents in it are. */
const COLLECTION: string = 'groups';
const PAGE = 20;

async function judgeSorts(bench: Bench, cell: Cell, resource: string): Promise<void> {
  const { scene } = bench;
  const [me, other] = [scene.client('subject'), scene.client(cell.placement)];
  for (const field of resourceNamed(sharedShards, resource).indexed)
    for (const descending of [false, true]) {
      const sort = descending ? `-${field}` : field;
      const list = { kind: 'list', resource, filter: { field, prefix: scene.prefix }, sort } as const;
      const expected = { field, matches: (value: string) => value.startsWith(scene.prefix), descending };
      const [pages, control] = [await pagesOf(me, { ...list, limit: 2 }), await other.ask(list)];
      const own = expectedIds(scene, 'subject', resource, expected);
      const isOwn = isOnlyOwn(bench, cell, pages, sameIds(idsOn(pages), own));
      bench.claim(cell, 'a sorted list shows the own documents, in their order, and no others', isOwn, {
        sentences: [
          `Because these are its ${resource} by ${sort}, ${me.account.id} must read ${own.join(', ')}.`,
          `However, it reads ${idsOn(pages).join(', ')}.`,
        ],
        exchanges: pages,
      });
      const theirs = expectedIds(scene, cell.placement, resource, expected);
      bench.control(cell, 'the other account has its own order', sameIds(idsOn([control]), theirs), [
        control,
      ]);
    }
}

/** Lists without any filter, to their last page: a list that runs on does so behind the own documents. */
async function judgeEnds(bench: Bench): Promise<void> {
  const { scene, target, cells, unique } = bench;
  const me = new Client(target, accountOf(target, 'subject'));
  for (let index = 0; index <= PAGE; index++)
    await me.ask({ kind: 'put', resource: COLLECTION, id: unique(`filler-${index}`), body: {} });
  for (const sort of [
    undefined,
    ...resourceNamed(sharedShards, COLLECTION).indexed.flatMap((field) => [field, `-${field}`]),
  ]) {
    const list = { kind: 'list', resource: COLLECTION, ...(sort && { sort }), limit: PAGE } as const;
    const pages = await pagesOf(me, list);
    const leaks = pages.flatMap((page) => leaksIn(page, scene, target.accounts));
    const last = pages.at(-1);
    const isWhole = pages.length > 1 && idsOn(pages).includes(scene.sharedId) && last?.answer.cursor === null;
    for (const cell of cells) {
      bench.control(cell, 'a list over several pages has an end', isWhole, last ? [last] : []);
      const isOwn = isOnlyOwn(bench, cell, pages, !repeats(pages));
      bench.claim(cell, 'a list that is followed to its end stays in the own account', isOwn, {
        sentences: [
          `Because the list is that of ${me.account.id}, it must end with its last document, and show each once.`,
          `However, it goes on after ${pages.length} pages, and shows ${leaks[0] ?? 'ids again that it has shown'}.`,
        ],
        exchanges: pages.slice(-2),
      });
    }
  }
}

export const sortOrder = vector({
  name: 'sort-order',
  title: 'Sorted in any order, and followed to its last page, a list stays within the own account.',
  severity: 'critical',
  requirements: ['B9'],
  needs: ['another-account', 'sorted-lists', 'list', 'put'],
  leavesOut: [{ routes: routesExcept('list'), because: 'they take no order' }],
  method: `Lists by every indexed field, rising and falling, show the own documents in their order. Lists without a filter
of one resource are followed to their last page, where keyset pagination over (account, id) runs on into the next account.`,
  async judge(bench) {
    await forEachCell(bench, async (cell) => {
      for (const resource of COLLECTIONS) await judgeSorts(bench, cell, resource);
    });
    await judgeEnds(bench);
  },
});
