import type { Asked, Client, Handle } from '../../../reference-worker/target/index.ts';
import { eachCase, type IsolationContext, isolationCheck, type TestCase } from './isolation-check.ts';

/** Of each account, in turns; enough to be under way together in one isolate. */
const REQUESTS = { fast: 3, full: 15 } as const;
/** The second one meets the caches that the first one filled. */
const WAVES = [1, 2] as const;

async function judgeCase(testCase: TestCase, { effort }: IsolationContext): Promise<void> {
  const { attacker, owner, route } = testCase;
  const clients = [attacker, owner];
  const shared = testCase.handle('shared');
  const own = new Map<Client, Handle>();
  for (const client of clients) own.set(client, (await testCase.make(client, shared))?.handle ?? shared);
  // Ids of its own for a create: it succeeds only once.
  const handleIn = (client: Client, wave: number, round: number) =>
    route === 'create' ? testCase.handle(`${wave}-${round}`) : (own.get(client) ?? shared);
  const answers: { readonly client: Client; readonly asked: Asked }[] = [];
  for (const wave of WAVES) {
    const rounds = Array.from({ length: REQUESTS[effort] }, (_, round) => round);
    const all = rounds.flatMap((round) =>
      clients.map(async (client) => {
        const handle = handleIn(client, wave, round);
        return { client, asked: await client.ask(testCase.operation(handle, testCase.markOf(client))) };
      }),
    );
    answers.push(...(await Promise.all(all)));
  }
  for (const { client, asked } of answers) {
    const leaks = testCase.leaks(asked, client.account);
    testCase.claim('requests that are under way together show each account its own', leaks.length === 0, {
      sentences: [
        `Because ${asked.account} asked, while the other account did too, it must be shown its own.`,
        `However, ${asked.request.method} ${asked.request.path} answered ${asked.response.status} and shows ${leaks[0]}.`,
      ],
      exchanges: [asked],
    });
  }
  for (const client of clients) {
    const first = answers.find((each) => each.client === client)?.asked.answer.documents[0];
    const made = handleIn(client, 1, 0);
    // What was created is read under the id that its answer tells.
    const handle = route === 'create' && first ? { ...made, id: first.id } : made;
    const kept = await client.ask({ kind: 'read', ...handle });
    const isOwn = testCase.leaks(kept, client.account).length === 0;
    testCase.claim('requests that are under way together change the own documents', isOwn, {
      sentences: [
        `Because ${client.account.id} and the other account wrote at the same time, each must have written its own.`,
        `However, ${client.account.id} now reads ${kept.response.body}.`,
      ],
      exchanges: [kept],
    });
    const isThere = kept.answer.outcome === (route === 'delete' ? 'absent' : 'ok');
    testCase.served('each account finds what it did', isThere, [kept]);
  }
}

export const concurrentRequests = isolationCheck({
  name: 'concurrent-requests',
  title: 'Requests of two accounts that are under way together do not take each other for themselves.',
  severity: 'critical',
  needs: ['another-account', 'read'],
  isSymmetric: true,
  leavesOut: [{ distances: ['other-deployment'], because: 'it is served by a process of its own' }],
  method: `On every route, two accounts send the same request at the same time, with the same ids where clients choose them, so that one isolate works
on them in turns: what a module remembers across an await would belong to the other one. Each is shown, and changes, its own.
It shows what happened this time; a race that is rarer than this many requests may go unseen.`,
  judge: eachCase(judgeCase),
});
