import { changesDocuments } from '../../../reference-worker/target/index.ts';
import { eachCase, type IsolationContext, isolationCheck, type TestCase } from './isolation-check.ts';
import { judgeKept } from './variants.ts';

/** An id that both have, wherever clients choose ids, leads to the attacker's own document: nothing of the other's is shown or changed. */
async function judgeSharedId(testCase: TestCase, context: IsolationContext): Promise<void> {
  const { attacker, owner } = testCase;
  const made = await testCase.make(owner, testCase.handle('both'));
  const handle = made?.handle ?? testCase.handle('both');
  await testCase.make(attacker, handle);
  const asked = await attacker.ask(testCase.operation(handle));
  const leaks = testCase.leaks(asked);
  testCase.claim('an id that both accounts have shows nothing of another account', leaks.length === 0, {
    sentences: [
      `Because ${attacker.account.id} has a ${handle.resource}/${handle.id} of its own, only that may be shown.`,
      `However, ${asked.request.method} ${asked.request.path} answered ${asked.response.status} and shows ${leaks[0]}.`,
    ],
    exchanges: [asked],
  });
  await judgeKept(testCase, context, 'an id that both accounts have', { handle, made, tried: [asked] });
}

/** An id that only the owner has leads to nothing. */
async function judgeForeignId(testCase: TestCase, context: IsolationContext): Promise<void> {
  const { attacker, owner } = testCase;
  const made = await testCase.make(owner, testCase.handle('only'));
  const handle = made?.handle ?? testCase.handle('only');
  // A cache may have it from then on, for whoever knows the id.
  if (made) await owner.ask({ kind: 'read', ...handle });
  const asked = await attacker.ask(testCase.operation(handle));
  // A write may make the attacker's own document of that id, a PATCH too (RFC 5789): nothing is found there either.
  const found = changesDocuments(asked.operation) ? [] : asked.answer.documents;
  const isNothing = found.length === 0 && testCase.leaks(asked).length === 0;
  testCase.claim('an id that only the other account has leads to nothing', isNothing, {
    sentences: [
      `Because only ${owner.account.id} has ${handle.resource}/${handle.id}, ${attacker.account.id} must find nothing.`,
      `However, ${asked.request.method} ${asked.request.path} answered ${asked.response.status} ${asked.response.body.slice(0, 200)}.`,
    ],
    exchanges: [asked],
  });
  await judgeKept(testCase, context, 'its id', { handle, made, tried: [asked] });
}

export const swappedId = isolationCheck({
  name: 'swapped-id',
  title: "An id of another account's document leads to the own document of that id, or to none.",
  severity: 'critical',
  needs: ['another-account', 'read'],
  leavesOut: [],
  // A list that cannot be filtered shows whatever its reader has, and asks for no id.
  suits: ({ indexed }, route) => route !== 'list' || indexed.length > 0,
  method: `On every route, every account reaches for the documents of every other one: once with an id that only the owner has,
where nothing may be found, and once with an id that both have, where only the own document may show or change. Afterwards the
owner reads its document at the version and with the content that it had (OWASP API1:2023).`,
  judge: eachCase(async (testCase, context) => {
    await judgeSharedId(testCase, context);
    await judgeForeignId(testCase, context);
  }),
});
