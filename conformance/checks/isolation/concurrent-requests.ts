import { type Asked, accountOf, Client, type Role } from '../../../reference-worker/target/index.ts';
import { collectionsOf, layDocument } from './assault.ts';
import type { Cell } from './cells.ts';
import { sampleBody, sampleOf } from './sample.ts';
import { leaksIn } from './scene.ts';
import { type Bench, forEachCell, vector } from './vector.ts';

/** Of each account, in turns; enough to be under way together in one isolate. */
const REQUESTS = { fast: 3, full: 15 } as const;
/** The second one meets the caches that the first one filled. */
const WAVES = [1, 2] as const;

async function judgeCell(bench: Bench, cell: Cell): Promise<void> {
  const { target, scene, unique, effort } = bench;
  const [resource = 'clients'] = collectionsOf(bench, cell);
  const roles = ['subject', cell.placement] as const;
  const clients = roles.map((role) => ({ role, client: new Client(target, accountOf(target, role)) }));
  const placeOf = (name: string) => ({ resource, id: unique(`${cell.route}-${cell.placement}-${name}`) });
  const shared = placeOf('shared');
  for (const { role, client } of clients)
    await layDocument(cell, client, shared, sampleBody(shared, scene.secretOf(role)));
  const answers: { readonly role: Role; readonly asked: Asked }[] = [];
  for (const wave of WAVES) {
    const rounds = Array.from({ length: REQUESTS[effort] }, (_, round) => round);
    const all = rounds.flatMap((round) =>
      clients.map(async ({ role, client }) => {
        // Ids of its own for a create: it succeeds only once.
        const place = cell.route === 'create' ? placeOf(`${wave}-${round}`) : shared;
        const body = sampleBody(place, scene.secretOf(role));
        return { role, asked: await client.ask(sampleOf(cell.route, place, body)) };
      }),
    );
    answers.push(...(await Promise.all(all)));
  }
  for (const { role, asked } of answers) {
    const leaks = leaksIn(asked, scene, target.accounts, role);
    bench.claim(cell, 'requests that are under way together show each account its own', leaks.length === 0, {
      sentences: [
        `Because ${asked.account} asked, while the other account did too, it must be shown its own.`,
        `However, ${asked.request.method} ${asked.request.path} answered ${asked.response.status} and shows ${leaks[0]}.`,
      ],
      exchanges: [asked],
    });
  }
  for (const { role, client } of clients) {
    const place = cell.route === 'create' ? placeOf('1-0') : shared;
    const kept = await client.ask({ kind: 'read', ...place });
    const isOwn = leaksIn(kept, scene, target.accounts, role).length === 0;
    bench.claim(cell, 'requests that are under way together change the own documents', isOwn, {
      sentences: [
        `Because ${client.account.id} and the other account wrote at the same time, each must have written its own.`,
        `However, ${client.account.id} now reads ${kept.response.body}.`,
      ],
      exchanges: [kept],
    });
    const isThere = kept.answer.outcome === (cell.route === 'delete' ? 'absent' : 'ok');
    bench.control(cell, 'each account finds what it did', isThere, [kept]);
  }
}

export const concurrentRequests = vector({
  name: 'concurrent-requests',
  title: 'Requests of two accounts that are under way together do not take each other for themselves.',
  severity: 'critical',
  needs: ['another-account', 'put', 'read'],
  leavesOut: [{ placements: ['dedicated'], because: 'it is served by a process of its own' }],
  method: `For every route, both accounts send the same request with the same ids at the same time, so that one isolate works
on them in turns: what a module remembers across an await would belong to the other one. Each is shown, and changes, its own.
It shows what happened this time; a race that is rarer than this many requests may go unseen.`,
  judge: (bench) => forEachCell(bench, (cell) => judgeCell(bench, cell)),
});
