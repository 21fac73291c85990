import { routeTo } from '../../../reference-worker/target/index.ts';
import { holds, isSameVersion, makeChildren, makeDocument } from '../kit/index.ts';
import { eachCase, type IsolationContext, isolationCheck, type TestCase } from './isolation-check.ts';

/** Both have the document and what belongs to it; the attacker deletes its own. */
async function judgeCase(testCase: TestCase, { target: { system } }: IsolationContext): Promise<void> {
  const { attacker, owner, route } = testCase;
  const mark = testCase.markOf(owner);
  const made = await makeDocument(owner, system, testCase.handle('both'), mark);
  const children = await makeChildren(owner, system, made.handle, mark);
  const own = await makeDocument(attacker, system, made.handle, testCase.markOf(attacker));
  await makeChildren(attacker, system, own.handle, testCase.markOf(attacker));
  const name = `${own.handle.resource}/${own.handle.id}`;
  const deleted = await attacker.ask({ kind: 'delete', ...own.handle });
  const asked = await attacker.ask(testCase.operation(own.handle));
  const leaks = testCase.leaks(asked);
  const isRevived = route === 'read' && asked.answer.outcome !== 'absent';
  const isGone = leaks.length === 0 && !isRevived;
  testCase.claim("a deleted document does not uncover another account's", isGone, {
    sentences: [
      `Because ${attacker.account.id} has deleted its ${name}, there is none for it.`,
      `However, ${asked.request.method} ${asked.request.path} answered ${asked.response.status} ${asked.response.body.slice(0, 200)}.`,
    ],
    exchanges: [deleted, asked],
  });
  // Moves the session past the deletion, so that no replica may hide what it did.
  await makeDocument(owner, system, testCase.handle('later'), mark);
  const kept = await owner.ask({ kind: 'read', ...made.handle });
  const keptChildren = await Promise.all(children.map((child) => owner.ask({ kind: 'read', ...child })));
  const isKept =
    isSameVersion(made.asked, kept) &&
    [kept, ...keptChildren].every((each) => holds(each.answer.documents[0], mark));
  const claim = "what is deleted leaves another account's documents of that id, and what belongs to them";
  testCase.claim(claim, isKept, {
    sentences: [
      `Because only ${attacker.account.id} has deleted ${name}, ${owner.account.id} must still have its own.`,
      `However, ${owner.account.id} reads ${[kept, ...keptChildren].map(({ response }) => response.body).join(' and ')}.`,
    ],
    exchanges: [deleted, asked, kept, ...keptChildren],
  });
  testCase.served('the deletion succeeds', deleted.answer.outcome === 'ok', [deleted]);
}

export const useAfterDelete = isolationCheck({
  name: 'use-after-delete',
  title: "A deletion takes only the own document, and uncovers no other account's of the same id.",
  severity: 'critical',
  needs: ['another-account', 'read', 'delete'],
  leavesOut: [],
  suits: ({ name }, _, system) => routeTo(system, 'delete', name) !== undefined,
  method: `Both accounts have a document under one id, with others that belong to it. The attacker deletes its own, and then
makes every kind of request with that id: nothing of the other account shows. The other account still reads its document, at
its version, and what belongs to it.`,
  judge: eachCase(judgeCase),
});
