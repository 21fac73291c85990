import { NeedNotMet } from '../../../reference-worker/target/index.ts';
import type { Check } from '../check.ts';
import { changeOf, comesTrue, copiedIn, NEEDS } from './copied.ts';

export const tokensOfTheirOwn: Check = {
  id: 'freshness/tokens-of-their-own',
  title: "An account's token of the upstream is used for that account's documents there, and for no other's.",
  requirements: ['E7'],
  severity: 'critical',
  environment: 'simulated-time',
  needs: [...NEEDS, 'put', 'another-account'],
  method: `Two accounts change something, one after the other, and the calls that name what was changed tell the token of each. Then both look at
what is old at once, in one PoP and so in the same isolates: each path is called with one token, and none is refused.`,
  async run(context) {
    const { evidence, unique } = context;
    const copied = await copiedIn(context);
    if (!copied.copy.upstream?.ownTokens)
      throw new NeedNotMet('needs a token of the upstream for each account');
    const clients = [copied.client('subject'), copied.client('neighbour')];
    const callsFrom = async (before: number) => {
      const { calls, count } = await copied.control.upstreamCalls();
      return count === before ? [] : calls.slice(before - count);
    };
    const tokens = new Map<string, Set<string>>();
    for (const [n, client] of clients.entries()) {
      const before = await copied.calls();
      const id = unique(`own-${n}`);
      const change = await client.ask(changeOf(copied, id, unique(`mark-${n}`)));
      evidence.served(`${client.account.id} changes what it has`, change.answer.outcome === 'ok', [change]);
      // Only its own change: what was begun for the account before may still be under way.
      const calls = (await callsFrom(before)).filter(({ path }) => path.includes(id));
      evidence.control(`a call that names the document of ${client.account.id} is seen`, calls.length > 0);
      tokens.set(client.account.id, new Set(calls.map(({ authorization }) => authorization)));
    }
    const [one = new Set<string>(), other = new Set<string>()] = tokens.values();
    const shared = [...one].filter((token) => other.has(token));
    evidence.claim('two accounts have no token of the upstream in common', shared.length === 0, {
      sentences: [
        'Each of two accounts changed a document of its own, one account after the other.',
        `However, ${shared.length} of the tokens that the upstream was called with are the same for both.`,
      ],
      exchanges: [],
    });

    const before = await copied.calls();
    await copied.pass((copied.copy.look?.olderThanMs ?? copied.copy.refresh.olderThanMs) + 60_000);
    await Promise.all(clients.map((client) => copied.look(client)));
    await comesTrue(async () => (await copied.calls()) >= before + 2);
    await copied.finish();
    const together = await callsFrom(before);
    const paths = Map.groupBy(together, ({ path }) => path);
    const mixed = [...paths].filter(
      ([, calls]) => new Set(calls.map(({ authorization }) => authorization)).size > 1,
    );
    evidence.claim('side by side, each path is called with one token', mixed.length === 0, {
      sentences: [`However, ${mixed[0]?.[0]} was called with the tokens of several accounts.`],
      exchanges: [],
    });
    const refused = together.filter(({ status }) => status === 401 || status === 403);
    evidence.claim(
      'side by side, the upstream takes every token for what it comes with',
      refused.length === 0,
      {
        sentences: [
          `However, the upstream refused ${refused.length} calls, of ${refused[0]?.path} for instance.`,
        ],
        exchanges: [],
      },
    );
  },
};
