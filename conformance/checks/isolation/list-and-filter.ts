import type { List } from '../../../reference-worker/target/index.ts';
import { resourcesFor } from '../kit/index.ts';
import { routesExcept } from './cases.ts';
import { eachCase, type IsolationContext, isolationCheck, type TestCase } from './isolation-check.ts';
import { expectedIds, idsOn, isOnlyOwn, sameSet } from './lists.ts';

/** Every indexed field of every resource, by every value that the fixture holds in it. */
async function judgeFilters(testCase: TestCase, { fixture, target }: IsolationContext): Promise<void> {
  const [mine, theirs] = [testCase.attacker.account, testCase.owner.account];
  for (const { name: resource, telling } of resourcesFor(target.system, 'list'))
    for (const field of telling) {
      const held = [mine, theirs].flatMap((account) =>
        fixture.documents(account, resource).map(({ body }) => String(body[field])),
      );
      for (const is of new Set(held)) {
        const list: List = { kind: 'list', resource, filter: { field, is } };
        const asked = await fixture.client(mine).ask(list);
        const control = await fixture.client(theirs).ask(list);
        const matching = { field, matches: (value: string) => value === is };
        const own = expectedIds(fixture, mine, resource, matching);
        const isOwn = isOnlyOwn(fixture, testCase, [asked], sameSet(idsOn([asked]), own));
        testCase.claim('a filter shows the own documents that match, and no others', isOwn, {
          sentences: [
            `Because ${mine.id} has ${own.length} ${resource} with ${field} ${is}, its list must show them.`,
            `However, ${asked.request.path} answered ${asked.response.body.slice(0, 300)}.`,
          ],
          exchanges: [asked],
        });
        const hasItsOwn = sameSet(idsOn([control]), expectedIds(fixture, theirs, resource, matching));
        testCase.served('the other account lists its own by the same filter', hasItsOwn, [control]);
      }
    }
}

export const listAndFilter = isolationCheck({
  name: 'list-and-filter',
  title: 'A list by any indexed field shows the own documents that match, and no others.',
  severity: 'critical',
  requirements: ['B9'],
  needs: ['another-account', 'list', 'read'],
  leavesOut: [{ routes: routesExcept('list'), because: 'they take no filter' }],
  method: `Of every resource, lists by every indexed field, by values that both accounts hold and by ids that only the
other one does. Both accounts list exactly their own documents.`,
  judge: eachCase(judgeFilters),
});
