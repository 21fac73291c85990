import {
  type Asked,
  administrationOf,
  Client,
  type Handle,
  platformOf,
  type Target,
  type TestAccount,
} from '../../../reference-worker/target/index.ts';
import { atSkew, makeChildren, makeDocument, noticedWithinMs, withAccounts } from '../kit/index.ts';
import { type IsolationContext, isolationCheck, type TestCase } from './isolation-check.ts';

/** Two accounts made for the cases of one pair: on the owner's shard and on the attacker's. */
interface Pair {
  readonly cases: readonly TestCase[];
  readonly off: TestAccount;
  readonly on: TestAccount;
}

const markOf = ({ id }: TestAccount): string => `mark-of-${id}`;
const handleOf = ({ id }: TestAccount, { route, resource }: TestCase): Handle => ({
  resource,
  id: `${id}-${route}`,
});

export const deactivatedAccount = isolationCheck({
  name: 'deactivated-account',
  title: 'A deactivated account is refused on every route, while the active one beside it is served.',
  severity: 'critical',
  requirements: ['A1'],
  needs: ['another-account', 'operator', 'signing', 'faults'],
  leavesOut: [],
  method: `For every pair, two accounts made for this check, on the shards of both; one is deactivated. After the time within
which that must be noticed (the Worker's clock is moved instead of waiting), it is refused on every route, with HEAD as with GET, and the other one is
served. When exactly it is noticed is for routing/deactivation-honoured.`,
  async judge({ target, cases, unique }: IsolationContext) {
    const { shardOf } = platformOf(target);
    const byPair = [...Map.groupBy(cases, ({ position }) => position.pair).values()];
    const firsts = byPair.flatMap(([first]) => first ?? []);
    const rows = firsts.flatMap(({ attacker, owner, position }) => [
      { id: unique(`${position.pair}-off`), shardId: shardOf(owner.account.id) },
      { id: unique(`${position.pair}-on`), shardId: shardOf(attacker.account.id) },
    ]);
    await withAccounts(target, rows, async (...made) => {
      const pairs = byPair.map((of, index): Pair => {
        const [off, on, first] = [made[2 * index], made[2 * index + 1], of[0]];
        if (!off || !on || !first) throw new Error('two accounts were asked for');
        return {
          cases: of,
          off: { ...off, urls: first.owner.account.urls },
          on: { ...on, urls: first.attacker.account.urls },
        };
      });
      await Promise.all(
        pairs.flatMap((pair) => [pair.off, pair.on].map((account) => makeAll(target, pair, account))),
      );
      for (const { off } of pairs) await administrationOf(target).setActive(off.id, false);
      await atSkew(target, noticedWithinMs(target) + 1_000, () =>
        Promise.all(pairs.map((pair) => judgePair(target, pair))),
      );
    });
  },
});

async function makeAll(target: Target, { cases }: Pair, account: TestAccount): Promise<void> {
  const client = new Client(target, account);
  for (const testCase of cases) {
    if (testCase.route === 'create') continue;
    const { handle } = await makeDocument(
      client,
      target.system,
      handleOf(account, testCase),
      markOf(account),
    );
    if (testCase.route === 'join') await makeChildren(client, target.system, handle, markOf(account));
  }
}

async function judgePair(target: Target, { cases, off, on }: Pair): Promise<void> {
  const ask = (account: TestAccount, testCase: TestCase): Promise<Asked> =>
    new Client(target, account).ask(testCase.operation(handleOf(account, testCase), markOf(account)));
  const askHead = (account: TestAccount, testCase: TestCase): Promise<Asked> =>
    new Client(target, account).ask(testCase.operation(handleOf(account, testCase), markOf(account)), {
      method: 'HEAD',
    });
  await Promise.all(
    cases.map(async (testCase) => {
      const [asked, control] = [await ask(off, testCase), await ask(on, testCase)];
      const isRefused = asked.answer.outcome === 'refused' && !asked.response.body.includes(markOf(off));
      testCase.claim('a deactivated account is shown and changes nothing', isRefused, {
        sentences: [
          `Because ${off.id} was deactivated more than ${noticedWithinMs(target)} ms before, it must be refused.`,
          `However, ${asked.request.method} ${asked.request.path} answered ${asked.response.status}.`,
        ],
        exchanges: [asked],
      });
      testCase.served('an active account beside it is served', control.answer.outcome === 'ok', [control]);
      if (asked.request.method !== 'GET') return;
      // It tells the version of a document, and that there is one (RFC 9110, section 9.3.2).
      const [head, shown] = [await askHead(off, testCase), await askHead(on, testCase)];
      // A Worker without HEAD refuses everybody.
      const isTold = shown.response.status < 400 && head.response.status < 400;
      testCase.claim('a deactivated account is told nothing by HEAD either', !isTold, {
        sentences: [
          `Because ${off.id} was deactivated, and HEAD is GET without its content, it must be refused.`,
          `However, HEAD ${head.request.path} answered ${head.response.status}.`,
        ],
        exchanges: [asked, head],
      });
    }),
  );
}
