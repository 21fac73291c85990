import { accountOf, Client, changesDocuments } from '../../../reference-worker/target/index.ts';
import { assault, collectionsOf, judgeKept, layDocument } from './assault.ts';
import type { Cell } from './cells.ts';
import { sampleBody, sampleOf } from './sample.ts';
import { leaksIn } from './scene.ts';
import { type Bench, forEachCell, vector } from './vector.ts';

/** An id that only the other account has: nothing is found, nothing of it is shown, nothing of it is changed. */
async function judgeForeign(bench: Bench, cell: Cell, resource: string): Promise<void> {
  const { target, scene } = bench;
  const [intruder, owner] = [
    new Client(target, accountOf(target, 'subject')),
    new Client(target, accountOf(target, cell.placement)),
  ];
  const place = { resource, id: bench.unique(`only-${cell.route}-${cell.placement}-${resource}`) };
  const theirs = sampleBody(place, scene.secretOf(cell.placement));
  const laid = await layDocument(cell, owner, place, theirs);
  const asked = await intruder.ask(sampleOf(cell.route, place, { secret: 'of an intruder' }));
  // A write may make the subject's own document of that id, a PATCH too (RFC 5789): nothing is found there either.
  const found = changesDocuments(asked.operation) ? [] : asked.answer.documents;
  const isNothing = found.length === 0 && leaksIn(asked, scene, target.accounts).length === 0;
  const { method, path } = asked.request;
  bench.claim(cell, 'an id that only the other account has leads to nothing', isNothing, {
    sentences: [
      `Because only ${owner.account.id} has ${resource}/${place.id}, ${intruder.account.id} must find nothing.`,
      `However, ${method} ${path} answered ${asked.response.status} ${asked.response.body.slice(0, 200)}.`,
    ],
    exchanges: [asked],
  });
  await judgeKept(bench, 'its id', cell, owner, { place, theirs, laid, tried: [asked] });
}

export const swappedId = vector({
  name: 'swapped-id',
  title: "An id of another account's document leads to the own document of that id, or to none.",
  severity: 'critical',
  needs: ['another-account', 'read', 'put'],
  leavesOut: [],
  method: `For every route and every placement of the other account: once with an id that only the other account has, where
nothing may be found, and once with an id that both have, where only the own document may show or change. Afterwards the
owner reads its document at the version and with the content that it had (OWASP API1:2023).`,
  async judge(bench) {
    await assault(bench, {
      what: 'an id that both accounts have',
      isRefused: false,
      disguises: () => [{ name: 'nothing but its id', dress: () => ({}) }],
    });
    await forEachCell(bench, async (cell) => {
      for (const resource of collectionsOf(bench, cell)) await judgeForeign(bench, cell, resource);
    });
  },
});
