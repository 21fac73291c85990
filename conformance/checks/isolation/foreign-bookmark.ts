import { TransportError } from '../../../reference-worker/target/index.ts';
import { makeDocument } from '../kit/index.ts';
import { orNoAnswer } from './answers.ts';
import { eachCase, type IsolationContext, isolationCheck, type TestCase } from './isolation-check.ts';

const NOT_REFUSED = "a request with another account's bookmark is answered as ever";
const OPAQUE =
  'Because a bookmark is opaque to clients, one that means nothing here must neither refuse nor delay the request.';

async function judgeCase(testCase: TestCase, { target }: IsolationContext): Promise<void> {
  const { attacker, owner } = testCase;
  const made = await testCase.make(owner, testCase.handle('both'));
  const handle = made?.handle ?? testCase.handle('both');
  // A create makes nothing: any write of theirs gives the bookmark.
  const later = await makeDocument(owner, target.system, testCase.handle('later'), testCase.markOf(owner));
  const { asked: control } = later;
  const bookmark = control.answer.bookmark ?? '';
  testCase.control('the other account has a bookmark', bookmark !== '', [control]);
  await testCase.make(attacker, handle);
  const asked = await orNoAnswer(attacker.ask(testCase.operation(handle), { bookmark }));
  if (asked instanceof TransportError) {
    testCase.claim(NOT_REFUSED, false, {
      sentences: [
        OPAQUE,
        `However, with the bookmark of ${owner.account.id} no answer came: ${asked.message}.`,
      ],
      exchanges: [control],
    });
    return;
  }
  const { answer, request, response } = asked;
  const leaks = testCase.leaks(asked);
  testCase.claim("another account's bookmark shows nothing of it", leaks.length === 0, [asked]);
  // Accounts that share a database may share its positions, and a Worker may refuse what it did not make.
  if (target.lacks('sealed-bookmarks') !== undefined) return;
  const call = `${request.method} ${request.path} with the bookmark of ${owner.account.id}`;
  testCase.claim(NOT_REFUSED, answer.outcome === 'ok', {
    sentences: [OPAQUE, `However, ${call} answered ${response.status}.`],
    exchanges: [asked],
  });
  testCase.claim("another account's bookmark is not echoed", !JSON.stringify(response).includes(bookmark), {
    sentences: [
      'Because a session that takes a foreign bookmark over would keep it for ever, it must not come back.',
      `However, ${call} answered with that bookmark.`,
    ],
    exchanges: [asked],
  });
  const isStrong = answer.cache !== 'hit' && !answer.servedBy?.endsWith('replica');
  testCase.claim("another account's bookmark does not count as one that a copy has reached", isStrong, {
    sentences: [
      'Because the bookmark says nothing about this shard, only its primary is certain to be fresh enough.',
      `However, ${call} was answered by ${answer.cache === 'hit' ? 'a cache' : answer.servedBy}.`,
    ],
    exchanges: [asked],
  });
}

export const foreignBookmark = isolationCheck({
  name: 'foreign-bookmark',
  title:
    "Another account's bookmark is worth nothing: it neither shows, nor is echoed, nor weakens, nor refuses.",
  severity: 'high',
  requirements: ['B4', 'A11'],
  needs: ['another-account', 'bookmarks', 'read'],
  promises: ['sealed-bookmarks'],
  isThinned: true,
  leavesOut: [],
  method: `On every route, the attacker sends the newest bookmark of the other account. It is answered from the own account;
the bookmark does not come back; and where the target says who answered, it was neither a cache nor a replica, since such a
bookmark cannot show that one is fresh. Where bookmarks are not promised to be sealed, only what is shown is judged.
What happens under real lag is for the consistency checks.`,
  async judge(context) {
    await eachCase(judgeCase)(context);
    if (context.target.lacks('sealed-bookmarks') !== undefined)
      context.evidence.remark('Sealed bookmarks are not promised, so only what is shown was judged.');
  },
});
