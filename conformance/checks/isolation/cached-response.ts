import type { Asked, Client, Operation } from '../../../reference-worker/target/index.ts';
import { untilHit } from '../kit/index.ts';
import { routesExcept } from './cases.ts';
import { eachCase, isolationCheck, type TestCase } from './isolation-check.ts';

async function judgeCase(testCase: TestCase): Promise<void> {
  const { attacker, owner } = testCase;
  const wished = testCase.handle('both');
  const operations = new Map<Client, Operation>();
  for (const client of [owner, attacker])
    operations.set(client, testCase.operation((await testCase.make(client, wished))?.handle ?? wished));
  let last: Asked | undefined;
  for (const round of [1, 2, 3])
    for (const client of [owner, attacker]) {
      const etag = last?.answer.etag;
      // No bookmark: whatever is cached may be used. In the last round, with what the other account was told.
      const headers = round === 3 && etag !== undefined ? { 'if-none-match': etag.replace(/^W\//, '') } : {};
      const operation = operations.get(client) ?? testCase.operation(wished);
      const ask = () => client.ask(operation, { bookmark: null, headers });
      // What shows several documents is cached nowhere that says so.
      const asked = await (operation.kind === 'read' ? untilHit(ask) : ask());
      const shown = asked.response.body.includes(testCase.markOf(client));
      // A list may name its documents alone, and then it does not tell whose they are.
      const isTelling = asked.answer.documents.some(({ body }) => body !== undefined);
      const leaks = testCase.leaks(asked, client.account);
      // Without a position a copy may answer that has not received the document yet: stale, and no leak.
      const isAnswered = asked.answer.outcome === 'ok' && (round === 3 || asked.answer.documents.length > 0);
      testCase.control('each account is answered', isAnswered, [asked]);
      testCase.claim('an answer that was made for one account is given to no other', leaks.length === 0, {
        sentences: [
          `Because ${last?.account} asked before for the same path, a cache may hold its answer.`,
          `However, ${client.account.id} was given it: ${asked.request.path} shows ${leaks[0]}.`,
        ],
        exchanges: [...(last ? [last] : []), asked],
      });
      if (round < 3 && isAnswered && isTelling)
        testCase.claim('each account is shown its own', shown, [...(last ? [last] : []), asked]);
      last = asked;
    }
}

export const cachedResponse = isolationCheck({
  name: 'cached-response',
  title: 'What was cached for one account is never given to another.',
  severity: 'critical',
  requirements: ['A10'],
  needs: ['another-account', 'read'],
  leavesOut: [
    {
      routes: routesExcept('read', 'list', 'join'),
      because: 'what changes documents is not answered by a cache',
    },
  ],
  method: `Both accounts have documents, under the same ids, hence the same paths, wherever clients choose ids, and read them in turns, without a bookmark
and until a cache answers where the target has one; in the last round with the ETag that the other account was given. Each is
shown its own.`,
  judge: eachCase(judgeCase),
});
