import type { Asked, Client, System } from '../../../reference-worker/target/index.ts';
import { differences, shapeOf, someOf } from './answers.ts';
import { routesExcept } from './cases.ts';
import { type Group, groupOf } from './groups.ts';
import { type IsolationContext, isolationCheck, type TestCase } from './isolation-check.ts';
import { idsOn, sameIds } from './lists.ts';

const OWN_DOCUMENTS = 3;

/** A group of the attacker, under ids between which those of the owner sort. */
interface Counted {
  readonly testCase: TestCase;
  readonly group: Group;
  readonly own: readonly string[];
}

async function make(
  testCase: TestCase,
  client: Client,
  system: System,
  infix: string,
): Promise<Omit<Counted, 'testCase'>> {
  const group = await groupOf(testCase, client, system, 'group');
  const own: string[] = [];
  for (let index = 0; index < OWN_DOCUMENTS; index++)
    own.push((await group.add(`${index}-${infix}`)).handle.id);
  return { group, own };
}

/** Where the third answer differs from the first two, which are alike there. */
function toldBy(asked: readonly (Asked | undefined)[]): readonly string[] {
  const [before, again, now] = asked.map((each) => each && shapeOf(each));
  if (!before || !again || !now) throw new Error('an answer is missing');
  return differences(now, [before, again]);
}

/** The pages of every length, by the length less one. */
async function pagesOf(counted: Counted): Promise<readonly (readonly Asked[])[]> {
  const all: Asked[][] = [];
  for (let limit = 1; limit <= OWN_DOCUMENTS + 1; limit++) {
    const pages: Asked[] = [];
    let cursor: string | null | undefined;
    do {
      pages.push(await counted.testCase.attacker.ask(counted.group.page(limit, cursor ?? undefined)));
      cursor = pages.at(-1)?.answer.cursor;
    } while (cursor && pages.length <= OWN_DOCUMENTS * 2);
    all.push(pages);
  }
  return all;
}

/** The list has the own documents, once each, and ends where it ended before: with the last of them, or an empty page. */
async function judgePages(counted: Counted, before: readonly (readonly Asked[])[]): Promise<void> {
  const { testCase, own } = counted;
  for (const [index, pages] of (await pagesOf(counted)).entries()) {
    const isExact =
      sameIds(idsOn(pages).toSorted(), own.toSorted()) && pages.length === before[index]?.length;
    testCase.claim('the pages of a list hold the own documents, and end with the last of them', isExact, {
      sentences: [
        `Because ${testCase.attacker.account.id} has ${OWN_DOCUMENTS} documents there, pages of ${index + 1} must show them and end.`,
        `However, ${pages.length} pages show ${idsOn(pages).join(', ')}, and ${before[index]?.length} did before.`,
      ],
      exchanges: pages,
    });
  }
}

/** Longer than the steps in which a clock is told to clients: whole seconds. */
const NEXT_SECOND_MS = 1_100;

/** @param cases of one attacker: an account that adds documents of its own is rightly told of more */
async function judgeAttacker(cases: readonly TestCase[], system: System): Promise<void> {
  const counted = await Promise.all(
    cases.map(
      async (testCase): Promise<Counted> => ({
        testCase,
        ...(await make(testCase, testCase.attacker, system, 'm')),
      }),
    ),
  );
  const askAll = (): Promise<Asked[]> =>
    Promise.all(counted.map((each) => each.testCase.attacker.ask(each.group.page(2))));
  // One after another, so that nothing of this check happens between the answers that are compared.
  const [first, second] = [await askAll(), await askAll()];
  const pagesBefore = await Promise.all(counted.map(pagesOf));
  const theirs = await Promise.all(
    counted.map(async ({ testCase }) => {
      const { group } = await make(testCase, testCase.owner, system, 'a');
      return testCase.owner.ask(group.page(OWN_DOCUMENTS));
    }),
  );
  const after = await askAll();
  // What differs may be the time: then it differs again a second later, although nobody has added anything.
  const isSame = counted.every(
    (_, index) => toldBy([first, second, after].map((asked) => asked[index])).length === 0,
  );
  if (!isSame) await new Promise((resolve) => setTimeout(resolve, NEXT_SECOND_MS));
  const later = isSame ? after : await askAll();
  for (const [index, { testCase }] of counted.entries()) {
    const exchanges = [first, second, after].flatMap((asked) => asked[index] ?? []);
    const control = theirs[index];
    if (!control) throw new Error('an answer is missing');
    const changing = toldBy([after, after, later].map((asked) => asked[index]));
    const told = toldBy(exchanges).filter((place) => !changing.includes(place));
    const isMade = control.answer.documents.length === OWN_DOCUMENTS;
    testCase.control('the other account has made its documents', isMade, [control]);
    testCase.claim('what another account adds changes nothing in an answer', told.length === 0, {
      sentences: [
        `Because only ${control.account} has added documents, ${testCase.attacker.account.id} must be answered as before.`,
        `However, the answer differs in ${someOf(told)}.`,
      ],
      exchanges,
    });
  }
  await Promise.all(counted.map((each, index) => judgePages(each, pagesBefore[index] ?? [])));
}

export const countsAndTotals = isolationCheck({
  name: 'counts-and-totals',
  title: 'No count, total or page tells how many documents another account has.',
  severity: 'high',
  needs: ['another-account'],
  leavesOut: [{ routes: routesExcept('list', 'join'), because: 'they count nothing' }],
  method: `Lists and joins of one account are answered before and after another one adds documents with the same values and
with ids in between: apart from the position of the database, every header and field stays the same, but for what changes
with time. Before and after, the list is followed with pages of every length: it has the own documents and ends where it
ended.`,
  async judge({ cases, target }: IsolationContext) {
    for (const account of target.accounts)
      await judgeAttacker(
        cases.filter(({ attacker }) => attacker.account === account),
        target.system,
      );
  },
});
