import { type Asked, accountOf, Client } from '../../../reference-worker/target/index.ts';
import { collectionsOf, layDocument } from './assault.ts';
import { type Cell, routesExcept } from './cells.ts';
import { untilHit } from './fills.ts';
import { sampleBody, sampleOf } from './sample.ts';
import { leaksIn } from './scene.ts';
import { type Bench, forEachCell, vector } from './vector.ts';

async function judgeCell(bench: Bench, cell: Cell): Promise<void> {
  const { target, scene, unique } = bench;
  const [resource = 'clients'] = collectionsOf(bench, cell);
  const place = { resource, id: unique(`${cell.route}-${cell.placement}`) };
  const operation = sampleOf(cell.route, place, {});
  const visitors = await Promise.all(
    ([cell.placement, 'subject'] as const).map(async (role) => {
      const client = new Client(target, accountOf(target, role));
      await layDocument(cell, client, place, sampleBody(place, scene.secretOf(role)));
      return { role, client };
    }),
  );
  let last: Asked | undefined;
  for (const round of [1, 2, 3])
    for (const { role, client } of visitors) {
      const etag = last?.answer.etag;
      // No bookmark: whatever is cached may be used. In the last round, with what the other account was told.
      const headers = round === 3 && etag !== undefined ? { 'if-none-match': etag.replace(/^W\//, '') } : {};
      const ask = () => client.ask(operation, { bookmark: null, headers });
      // What shows several documents is cached nowhere that says so.
      const asked = await (operation.kind === 'read' ? untilHit(ask) : ask());
      const shown = asked.response.body.includes(scene.secretOf(role));
      const leaks = leaksIn(asked, scene, target.accounts, role);
      // Without a position a copy may answer that has not received the document yet: stale, and no leak.
      const isAnswered = asked.answer.outcome === 'ok' && (round === 3 || asked.answer.documents.length > 0);
      bench.control(cell, 'each account is answered', isAnswered, [asked]);
      bench.claim(cell, 'an answer that was made for one account is given to no other', leaks.length === 0, {
        sentences: [
          `Because ${role === 'subject' ? 'the other account' : 'the subject'} asked before for the same path, a cache may hold its answer.`,
          `However, ${client.account.id} was given it: ${asked.request.path} shows ${leaks[0]}.`,
        ],
        exchanges: [...(last ? [last] : []), asked],
      });
      if (round < 3 && isAnswered)
        bench.claim(cell, 'each account is shown its own', shown, [...(last ? [last] : []), asked]);
      last = asked;
    }
}

export const cachedResponse = vector({
  name: 'cached-response',
  title: 'What was cached for one account is never given to another.',
  severity: 'critical',
  requirements: ['A10'],
  needs: ['another-account', 'put'],
  leavesOut: [
    {
      routes: routesExcept('read', 'list', 'join'),
      because: 'what changes documents is not answered by a cache',
    },
  ],
  method: `Both accounts have documents under the same ids, hence the same paths, and read them in turns, without a bookmark
and until a cache answers where the target has one; in the last round with the ETag that the other account was given. Each is
shown its own.`,
  judge: (bench) => forEachCell(bench, (cell) => judgeCell(bench, cell)),
});
