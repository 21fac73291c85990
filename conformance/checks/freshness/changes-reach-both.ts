import type { Asked } from '../../../reference-worker/target/index.ts';
import type { Check } from '../check.ts';
import type { ScheduledFault } from '../kit/index.ts';
import { changeOf, copiedIn, NEEDS } from './copied.ts';

/** What happens to a change on its way, and whether the upstream has it afterwards. */
const ACCIDENTS: readonly {
  readonly name: string;
  readonly taken: boolean;
  readonly faults: readonly ScheduledFault[];
}[] = [
  {
    name: 'the upstream has no call left',
    taken: false,
    faults: [{ id: 'full', kind: 'upstream-error', access: 'write', status: 429, retryAfterMs: 60_000 }],
  },
  {
    name: 'the upstream fails',
    taken: false,
    faults: [{ id: 'failing', kind: 'upstream-error', access: 'write', status: 503 }],
  },
  {
    name: 'the reply of the upstream is lost',
    taken: true,
    faults: [{ id: 'lost', kind: 'upstream-lost', access: 'write', when: 'after' }],
  },
  {
    name: 'the database fails after the upstream took it',
    taken: true,
    faults: [
      { id: 'slow', kind: 'upstream-slow', access: 'write', addMs: 1_000 },
      { id: 'full', kind: 'overloaded', access: 'write', reason: 'too-many-queued', fromMs: 200 },
    ],
  },
];

export const changesReachBoth: Check = {
  id: 'freshness/changes-reach-both',
  title:
    'What the upstream refused is not shown, and what it took is shown within the promise, whatever became of the answer.',
  requirements: ['E3', 'E9'],
  severity: 'high',
  environment: 'simulated-time',
  needs: [...NEEDS, 'put'],
  method: `A change is refused by the upstream for want of calls, fails there, is taken while the reply is lost, and is taken while the database
does not take it. The answer must not say that it was done where it was not, nor that it was not where it was. After the promised
time, with every run of the schedule, the copy shows what the upstream holds. A change without an accident is the control.`,
  async run(context) {
    const { target, evidence, unique } = context;
    const copied = await copiedIn(context);
    const client = copied.client();
    const before = unique('before');
    const after = (id: string): string => `${id}-after`;
    const cases = ACCIDENTS.map((accident, n) => ({ ...accident, id: unique(`accident-${n}`) }));
    const ids = cases.map(({ id }) => id);
    const well = unique('well');
    await copied.changeUpstream(client, [...ids, well], before);
    evidence.control(
      'the copy holds what was there before',
      await copied.copiedBy(client, [...ids, well], before),
    );

    const done = await client.ask(changeOf(copied, well, after(well)));
    const seen = await copied.look(client);
    evidence.served('a change is done', done.answer.outcome === 'ok', [done]);
    evidence.claim('a change shows at once', seen.get(well)?.includes(after(well)) === true, [done]);

    const asked: Asked[] = [];
    for (const { name, taken, faults, id } of cases) {
      // Nothing that the change before it began is under way, and what that spent is there again.
      await copied.finish();
      await copied.pass(600_000);
      await copied.plan(faults);
      const change = await client.ask(changeOf(copied, id, after(id)));
      const reports = await copied.control.faultReports();
      const fired = reports.filter((report) => faults.some((fault) => fault.id === report.id));
      evidence.control(
        `it comes to that: ${name}`,
        fired.every(({ count }) => count > 0),
        [change],
      );
      await copied.plan([]);
      asked.push(change);
      const { outcome } = change.answer;
      evidence.claim(
        taken
          ? `where ${name}, a change is not said to be refused`
          : `where ${name}, a change is not said to be done`,
        taken ? outcome !== 'refused' && outcome !== 'absent' : outcome !== 'ok',
        [change],
      );
      if (taken) continue;
      const shown = await copied.look(client);
      evidence.claim(`where ${name}, the change is not shown`, !shown.get(id)?.includes(after(id)), [change]);
    }
    await copied.finish();
    await copied.passPromised();
    const shown = await copied.look(client);
    for (const [n, { name, taken, id }] of cases.entries())
      evidence.claim(
        `where ${name}, what the upstream holds is shown within the promise`,
        shown.get(id)?.includes(taken ? after(id) : before) === true,
        {
          sentences: [
            `A change of ${id} was asked for, and ${name}; the upstream holds ${taken ? 'the change' : 'what was there before'}.`,
            `However, ${copied.copy.freshWithinMs / 3_600_000} h later the copy of ${target.system.name} shows ${shown.get(id) ?? 'nothing'}.`,
          ],
          exchanges: asked.slice(n, n + 1),
        },
      );
  },
};
