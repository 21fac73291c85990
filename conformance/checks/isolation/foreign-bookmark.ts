import { accountOf, Client, TransportError } from '../../../reference-worker/target/index.ts';
import { orNoAnswer } from './answers.ts';
import { collectionsOf, layDocument } from './assault.ts';
import type { Cell } from './cells.ts';
import { sampleBody, sampleOf } from './sample.ts';
import { leaksIn } from './scene.ts';
import { type Bench, forEachCell, vector } from './vector.ts';

const NOT_REFUSED = "a request with another account's bookmark is answered as ever";
const OPAQUE =
  'Because a bookmark is opaque to clients, one that means nothing here must neither refuse nor delay the request.';

async function judgeCell(bench: Bench, cell: Cell): Promise<void> {
  const { target, scene, unique } = bench;
  const [resource = 'clients'] = collectionsOf(bench, cell);
  const place = { resource, id: unique(`${cell.route}-${cell.placement}`) };
  const me = new Client(target, accountOf(target, 'subject'));
  const other = new Client(target, accountOf(target, cell.placement));
  const theirs = sampleBody(place, scene.secretOf(cell.placement));
  await layDocument(cell, other, place, theirs);
  // A create lays nothing: any write of theirs gives the bookmark.
  const control = await other.ask({ kind: 'put', resource: 'notes', id: place.id, body: theirs });
  const bookmark = control.answer.bookmark ?? '';
  bench.control(cell, 'the other account has a bookmark', bookmark !== '', [control]);
  await layDocument(cell, me, place, sampleBody(place, scene.secretOf('subject')));
  const operation = sampleOf(cell.route, place, { secret: 'newer' });
  const asked = await orNoAnswer(me.ask(operation, { bookmark }));
  if (asked instanceof TransportError) {
    bench.claim(cell, NOT_REFUSED, false, {
      sentences: [
        OPAQUE,
        `However, with the bookmark of ${other.account.id} no answer came: ${asked.message}.`,
      ],
      exchanges: [control],
    });
    return;
  }
  const { answer, request, response } = asked;
  const leaks = leaksIn(asked, scene, target.accounts);
  bench.claim(cell, "another account's bookmark shows nothing of it", leaks.length === 0, [asked]);
  // Accounts that share a database may share its positions, and a Worker may refuse what it did not make.
  if (target.lacks('sealed-bookmarks') !== undefined) return;
  const call = `${request.method} ${request.path} with the bookmark of ${other.account.id}`;
  bench.claim(cell, NOT_REFUSED, answer.outcome === 'ok', {
    sentences: [OPAQUE, `However, ${call} answered ${response.status}.`],
    exchanges: [asked],
  });
  bench.claim(
    cell,
    "another account's bookmark is not echoed",
    !JSON.stringify(response).includes(bookmark),
    {
      sentences: [
        'Because a session that takes a foreign bookmark over would keep it for ever, it must not come back.',
        `However, ${call} answered with that bookmark.`,
      ],
      exchanges: [asked],
    },
  );
  const isStrong = answer.cache !== 'hit' && !answer.servedBy?.endsWith('replica');
  bench.claim(cell, "another account's bookmark does not count as one that a copy has reached", isStrong, {
    sentences: [
      'Because the bookmark says nothing about this shard, only its primary is certain to be fresh enough.',
      `However, ${call} was answered by ${answer.cache === 'hit' ? 'a cache' : answer.servedBy}.`,
    ],
    exchanges: [asked],
  });
}

export const foreignBookmark = vector({
  name: 'foreign-bookmark',
  title:
    "Another account's bookmark is worth nothing: it neither shows, nor is echoed, nor weakens, nor refuses.",
  severity: 'high',
  requirements: ['B4', 'A11'],
  needs: ['another-account', 'bookmarks', 'put', 'read'],
  leavesOut: [],
  method: `For every route, the subject sends the newest bookmark of the other account. It is answered from the own account;
the bookmark does not come back; and where the target says who answered, it was neither a cache nor a replica, since such a
bookmark cannot show that one is fresh. Where bookmarks are not promised to be sealed, only what is shown is judged. What happens under real lag is for the consistency checks.`,
  judge: async (bench) => {
    await forEachCell(bench, (cell) => judgeCell(bench, cell));
    if (bench.target.lacks('sealed-bookmarks') !== undefined)
      bench.evidence.remark('Sealed bookmarks are not promised, so only what is shown was judged.');
  },
});
