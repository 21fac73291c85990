import type { Check } from '../check.ts';
import { changeOf, copiedIn, NEEDS } from './copied.ts';

/** Changes that are asked for beyond the budget. */
const BEYOND = 100;
const AT_ONCE = 25;

export const callBudget: Check = {
  id: 'freshness/call-budget',
  title:
    'In no period are there more calls to the upstream than the Worker allows itself, from all of its isolates and runs together.',
  requirements: ['E5', 'E9'],
  severity: 'medium',
  environment: 'simulated-time',
  needs: [...NEEDS, 'put', 'another-account'],
  method: `Two accounts, in every PoP, ask for ${BEYOND} changes more than the budget has calls, while the schedule runs. The upstream tells when each
call arrived: no period of the budget's length may hold more. What is refused for want of calls is not held against the Worker.`,
  async run(context) {
    const { target, evidence, unique } = context;
    const copied = await copiedIn(context);
    const { calls, withinMs } = copied.copy.budget;
    const clients = (['subject', 'neighbour'] as const).flatMap((role) =>
      target.pops.map((pop) => copied.client(role, pop)),
    );
    const before = await copied.calls();
    const asked = { changes: 0, done: 0 };
    const work = async (client: (typeof clients)[number] | undefined): Promise<void> => {
      while (client && asked.changes < calls + BEYOND) {
        const id = unique(`change-${asked.changes % 50}`);
        asked.changes += 1;
        const { answer } = await client.ask(changeOf(copied, id, unique(`mark-${asked.changes}`)));
        if (answer.outcome === 'ok') asked.done += 1;
      }
    };
    await Promise.all([
      ...Array.from({ length: AT_ONCE }, (_, n) => work(clients[n % clients.length])),
      target.settle(copied.control.cron(copied.copy.refresh.cron)),
    ]);
    await copied.finish();

    const made = (await copied.control.upstreamCalls()).calls.slice(before - (await copied.calls()));
    const most = mostWithin(
      made.map(({ atMs }) => atMs),
      withinMs,
    );
    evidence.control(
      `most of the changes that the budget has calls for are done, and ${asked.done} were`,
      asked.done > calls / 2,
    );
    evidence.claim(
      `no ${withinMs / 1_000} s hold more than ${calls} calls, and the fullest held ${most}`,
      most <= calls,
      {
        sentences: [
          `${asked.changes} changes were asked for, and the Worker allows itself ${calls} calls in ${withinMs / 1_000} s.`,
          `However, the upstream had ${most} calls in one such period.`,
        ],
        exchanges: [],
      },
    );
  },
};

/** The most of these times, which rise, that any period of that length holds. */
export function mostWithin(timesMs: readonly number[], withinMs: number): number {
  let [most, first] = [0, 0];
  for (const [at, timeMs] of timesMs.entries()) {
    while ((timesMs[first] ?? timeMs) <= timeMs - withinMs) first += 1;
    most = Math.max(most, at - first + 1);
  }
  return most;
}
