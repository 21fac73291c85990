import { accountOf, Client } from '../../../reference-worker/target/index.ts';
import { isSameVersion } from '../kit/unchanged.ts';
import { collectionsOf, layDocument } from './assault.ts';
import type { Cell } from './cells.ts';
import { sampleBody, sampleOf } from './sample.ts';
import { leaksIn } from './scene.ts';
import { type Bench, forEachCell, vector } from './vector.ts';

/** Both have the document and what belongs to it; the subject deletes its own. */
async function judgeCell(bench: Bench, cell: Cell): Promise<void> {
  const { target, scene, unique } = bench;
  for (const resource of collectionsOf(bench, cell)) {
    const [me, other] = [
      new Client(target, accountOf(target, 'subject')),
      new Client(target, accountOf(target, cell.placement)),
    ];
    const place = { resource, id: unique(`${cell.route}-${cell.placement}-${resource}`) };
    const theirs = sampleBody(place, scene.secretOf(cell.placement));
    // A join for every route: what a deletion takes with it is part of what is judged.
    const withChildren = { ...cell, route: 'join' } as const;
    const laid = await layDocument(withChildren, other, place, theirs);
    await layDocument(withChildren, me, place, sampleBody(place, scene.secretOf('subject')));
    const deleted = await me.ask({ kind: 'delete', ...place });
    const asked = await me.ask(sampleOf(cell.route, place, { secret: 'of an intruder' }));
    const leaks = leaksIn(asked, scene, target.accounts);
    const isRevived = cell.route === 'read' && asked.answer.outcome !== 'absent';
    bench.claim(
      cell,
      "a deleted document does not uncover another account's",
      leaks.length === 0 && !isRevived,
      {
        sentences: [
          `Because ${me.account.id} has deleted its ${resource}/${place.id}, there is none for it.`,
          `However, ${asked.request.method} ${asked.request.path} answered ${asked.response.status} ${asked.response.body.slice(0, 200)}.`,
        ],
        exchanges: [deleted, asked],
      },
    );
    // Moves the session past the deletion, so that no replica may hide what it did.
    await other.ask({ kind: 'put', resource, id: `${place.id}-later`, body: {} });
    const kept = await other.ask({ kind: 'read', ...place });
    const finances = await other.ask({ kind: 'read', resource: 'finances', id: place.id });
    const [document] = kept.answer.documents;
    const isKept =
      isSameVersion(laid, kept) &&
      document?.body?.secret === theirs.secret &&
      finances.answer.documents[0]?.body?.secret === theirs.secret;
    bench.claim(
      cell,
      "what is deleted leaves another account's documents of that id, and what belongs to them",
      isKept,
      {
        sentences: [
          `Because only ${me.account.id} has deleted ${resource}/${place.id}, ${other.account.id} must still have its own.`,
          `However, ${other.account.id} reads ${kept.response.body} and finances ${finances.response.body}.`,
        ],
        exchanges: [deleted, asked, kept, finances],
      },
    );
    bench.control(cell, 'the deletion succeeds', deleted.answer.outcome === 'ok', [deleted]);
  }
}

export const useAfterDelete = vector({
  name: 'use-after-delete',
  title: "A deletion takes only the own document, and uncovers no other account's of the same id.",
  severity: 'critical',
  needs: ['another-account', 'put', 'read', 'delete'],
  leavesOut: [],
  method: `Both accounts have a document under one id, with finances that belong to it. The subject deletes its own, and then
makes every kind of request with that id: nothing of the other account shows. The other account still reads its document, at
its version, and its finances.`,
  judge: (bench) => forEachCell(bench, (cell) => judgeCell(bench, cell)),
});
