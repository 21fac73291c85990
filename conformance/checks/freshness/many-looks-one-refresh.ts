import { Client } from '../../../reference-worker/target/index.ts';
import type { Check } from '../check.ts';
import { comesTrue, copiedIn, NEEDS } from './copied.ts';

const LOOKS = 100;
const MINUTE_MS = 60_000;

export const manyLooksOneRefresh: Check = {
  id: 'freshness/many-looks-one-refresh',
  title: 'However many look at once at what is old, it is refreshed once.',
  requirements: ['E2', 'E9'],
  severity: 'medium',
  environment: 'simulated-time',
  needs: NEEDS,
  method: `The copy of an account grows old, and one look shows how many calls its refresh takes. It grows old again, the upstream is slow, and
${LOOKS} looks come at once, in every PoP and so in several isolates. Together they may make as many calls as the one.`,
  async run(context) {
    const { target, evidence, unique } = context;
    const copied = await copiedIn(context);
    const client = copied.client();
    const { look } = copied.copy;
    if (!look) return;
    const [id, mark] = [unique('document'), unique('mark')];
    await copied.changeUpstream(client, [id], mark);
    await copied.copiedBy(client, [id], mark);
    const read = { kind: 'read', resource: copied.resource.name, id } as const;
    /** The calls of so many looks at what has grown old. */
    const callsOf = async (count: number): Promise<number> => {
      await copied.pass(look.olderThanMs + MINUTE_MS);
      await copied.plan([{ id: 'slow', kind: 'upstream-slow', addMs: 1_000 }]);
      const before = await copied.calls();
      const looks = Array.from({ length: count }, (_, n) =>
        new Client(target, client.account, target.pops[n % target.pops.length]).begin(read),
      );
      await Promise.all(looks);
      await comesTrue(async () => (await copied.control.waiting()).length > 0);
      await copied.finish();
      return (await copied.calls()) - before;
    };

    const one = await callsOf(1);
    const many = await callsOf(LOOKS);

    evidence.control(`one look at what is old makes a call, and this one made ${one}`, one > 0);
    evidence.claim(
      `${LOOKS} looks at once make no more calls than one, which makes ${one}; these made ${many}`,
      many <= one,
      {
        sentences: [
          `The copy of ${client.account.id} was old. One look at it made ${one} calls to the upstream.`,
          `However, ${LOOKS} looks at once made ${many}.`,
        ],
        exchanges: [],
      },
    );
  },
};
