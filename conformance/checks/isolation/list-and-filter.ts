import { COLLECTIONS, system as sharedShards } from '../../../reference-worker/shared-shards/system.ts';
import { type List, resourceNamed } from '../../../reference-worker/target/index.ts';
import { type Cell, routesExcept } from './cells.ts';
import { expectedIds, idsOn, isOnlyOwn, sameSet } from './lists.ts';
import { type Bench, forEachCell, vector } from './vector.ts';

/** Every indexed field of every resource, by every value that the scene holds in it. */
async function judgeFilters(bench: Bench, cell: Cell): Promise<void> {
  const { scene } = bench;
  const [me, other] = [scene.client('subject'), scene.client(cell.placement)];
  for (const resource of COLLECTIONS)
    for (const field of resourceNamed(sharedShards, resource).indexed) {
      const held = (role: 'subject' | typeof cell.placement): string[] =>
        scene.documents(role, resource).map(({ body }) => String(body[field]));
      for (const is of new Set([...held('subject'), ...held(cell.placement)])) {
        const list: List = { kind: 'list', resource, filter: { field, is } };
        const [asked, control] = [await me.ask(list), await other.ask(list)];
        const expected = (role: 'subject' | typeof cell.placement) =>
          expectedIds(scene, role, resource, { field, matches: (value) => value === is });
        const isOwn = isOnlyOwn(bench, cell, [asked], sameSet(idsOn([asked]), expected('subject')));
        bench.claim(cell, 'a filter shows the own documents that match, and no others', isOwn, {
          sentences: [
            `Because ${me.account.id} has ${expected('subject').length} ${resource} with ${field} ${is}, its list must show them.`,
            `However, ${asked.request.path} answered ${asked.response.body.slice(0, 300)}.`,
          ],
          exchanges: [asked],
        });
        const hasItsOwn = sameSet(idsOn([control]), expected(cell.placement));
        bench.control(cell, 'the other account lists its own by the same filter', hasItsOwn, [control]);
      }
    }
}

export const listAndFilter = vector({
  name: 'list-and-filter',
  title: 'A list by any indexed field shows the own documents that match, and no others.',
  severity: 'critical',
  requirements: ['B9'],
  needs: ['another-account', 'list', 'read', 'put'],
  leavesOut: [{ routes: routesExcept('list'), because: 'they take no filter' }],
  method: `In every resource, lists by every indexed field, by values that both accounts hold and by ids that only the
other one does. Both accounts list exactly their own documents.`,
  judge: (bench) => forEachCell(bench, (cell) => judgeFilters(bench, cell)),
});
