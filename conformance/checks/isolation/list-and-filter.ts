import type { Asked, List } from '../../../reference-worker/target/index.ts';
import { resourcesFor } from '../kit/index.ts';
import { routesExcept } from './cases.ts';
import type { Fixture } from './fixture.ts';
import { eachCase, type IsolationContext, isolationCheck, type TestCase } from './isolation-check.ts';
import { expectedIds, idsOn, isOnlyOwn, pagesOf, sameSet } from './lists.ts';

/** Every indexed field of every resource, by every value that the fixture holds in it. */
async function judgeFilters(testCase: TestCase, { fixture, target }: IsolationContext): Promise<void> {
  const [mine, theirs] = [testCase.attacker.account, testCase.owner.account];
  for (const { name: resource, telling } of resourcesFor(target.system, 'list')) {
    if (telling.length === 0) await judgeWhole(testCase, fixture, resource);
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
}

/** A list that cannot be filtered shows everything that is the account's own. */
async function judgeWhole(testCase: TestCase, fixture: Fixture, resource: string): Promise<void> {
  const [mine, theirs] = [testCase.attacker.account, testCase.owner.account];
  const list: List = { kind: 'list', resource };
  const showsOwn = (account: typeof mine, pages: readonly Asked[]): boolean => {
    const shown = new Set(idsOn(pages));
    // Not all of them: it may show the newest alone.
    return fixture.documents(account, resource).some(({ id }) => shown.has(id));
  };
  const [pages, control] = [
    await pagesOf(fixture.client(mine), list),
    await pagesOf(fixture.client(theirs), list),
  ];
  testCase.claim(
    'a list shows own documents alone',
    isOnlyOwn(fixture, testCase, pages, true),
    pages.slice(-1),
  );
  testCase.served('the other account lists its own', showsOwn(theirs, control), control);
}

export const listAndFilter = isolationCheck({
  name: 'list-and-filter',
  title: 'A list by any indexed field shows the own documents that match, and no others.',
  severity: 'critical',
  requirements: ['B9'],
  needs: ['another-account', 'list', 'read'],
  leavesOut: [{ routes: routesExcept('list'), because: 'they take no filter' }],
  method: `Of every resource, lists by every indexed field, by values that both accounts hold and by ids that only the
other one does. Both accounts list exactly their own documents. A list that takes no filter shows nothing of another account.`,
  judge: eachCase(judgeFilters),
});
