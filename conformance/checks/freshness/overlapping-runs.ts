import type { Check } from '../check.ts';
import { comesTrue, copiedIn, NEEDS } from './copied.ts';

const MINUTE_MS = 60_000;

export const overlappingRuns: Check = {
  id: 'freshness/overlapping-runs',
  title: 'A run of the schedule that begins while another is at work refreshes nothing twice.',
  requirements: ['E4', 'E9'],
  severity: 'medium',
  environment: 'simulated-time',
  needs: NEEDS,
  method: `The copy grows old, and one run of the schedule shows how many calls its refresh takes. It grows old again, the upstream is slow,
and two runs are at work at once. Together they may make as many calls as the one.`,
  async run(context) {
    const { target, evidence, unique } = context;
    const copied = await copiedIn(context);
    const client = copied.client();
    const { refresh } = copied.copy;
    const [id, mark] = [unique('document'), unique('mark')];
    await copied.changeUpstream(client, [id], mark);
    evidence.control('the copy holds what is refreshed', await copied.copiedBy(client, [id], mark));
    /** The calls of so many runs at once over what has grown old. */
    const callsOf = async (runs: number): Promise<number> => {
      await copied.pass(refresh.olderThanMs + refresh.everyMs + MINUTE_MS);
      await copied.plan([{ id: 'slow', kind: 'upstream-slow', addMs: 1_000 }]);
      const before = await copied.calls();
      const all = Promise.all(Array.from({ length: runs }, () => copied.control.cron(refresh.cron)));
      await comesTrue(async () => (await copied.control.waiting()).length > 0);
      await target.settle(all);
      await copied.plan([]);
      return (await copied.calls()) - before;
    };

    const one = await callsOf(1);
    const two = await callsOf(2);

    evidence.control(`one run over what is old makes a call, and this one made ${one}`, one > 0);
    evidence.claim(
      `two runs at once make no more calls than one, which makes ${one}; these made ${two}`,
      two <= one,
      {
        sentences: [
          `The copy was old. One run of the schedule made ${one} calls to the upstream.`,
          `However, two runs at once made ${two}.`,
        ],
        exchanges: [],
      },
    );
  },
};
