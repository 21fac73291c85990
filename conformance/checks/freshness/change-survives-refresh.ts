import type { Check } from '../check.ts';
import { changeOf, comesTrue, copiedIn, NEEDS } from './copied.ts';

const MINUTE_MS = 60_000;

export const changeSurvivesRefresh: Check = {
  id: 'freshness/change-survives-refresh',
  title: 'A refresh that saw the upstream before a change does not undo it.',
  requirements: ['E3', 'E9'],
  severity: 'critical',
  environment: 'simulated-time',
  needs: [...NEEDS, 'put'],
  method: `A refresh is under way: the upstream has answered with what was there, and the answer takes its time. Meanwhile a change is made and
acknowledged. Then the answer of before arrives. The other way: a change is acknowledged, and the next refresh gets a read that is
behind by a minute. Neither may bring the state of before back.`,
  async run(context) {
    const { evidence, unique } = context;
    const copied = await copiedIn(context);
    const client = copied.client();
    const { look, refresh } = copied.copy;
    const [overtaken, stale] = [unique('overtaken'), unique('stale')];
    const [before, after] = [unique('before'), unique('after')];
    await copied.changeUpstream(client, [overtaken, stale], before);
    evidence.control(
      'the copy holds what was there before',
      await copied.copiedBy(client, [overtaken, stale], before),
    );

    await copied.pass((look?.olderThanMs ?? refresh.olderThanMs) + MINUTE_MS);
    await copied.plan([{ id: 'slow', kind: 'upstream-slow', access: 'read', addMs: 10_000 }]);
    await client.begin({ kind: 'read', resource: copied.resource.name, id: overtaken });
    const isUnderWay = await comesTrue(async () =>
      (await copied.control.waiting()).some(({ reason }) => reason === 'upstream'),
    );
    // The upstream reads after five seconds, and answers after ten.
    await copied.control.advance(6_000);
    const change = await client.begin(changeOf(copied, overtaken, after));
    const isStill = (await copied.control.waiting()).some(({ reason }) => reason === 'upstream');
    await copied.finish();
    await copied.plan([]);
    const shown = await copied.look(client);
    evidence.control('a refresh was under way before the change, and after it', isUnderWay && isStill);
    evidence.served('the change was done meanwhile', change.answer.outcome === 'ok', [change]);
    evidence.claim(
      'a refresh that began before a change does not undo it',
      shown.get(overtaken)?.includes(after) === true,
      {
        sentences: [
          'A refresh had read the upstream, a change was acknowledged, and then the answer to that read arrived.',
          `However, the copy shows ${shown.get(overtaken) ?? 'nothing'} instead of ${after}.`,
        ],
        exchanges: [change],
      },
    );

    await copied.finish();
    const second = await client.ask(changeOf(copied, stale, after));
    await copied.plan([{ id: 'behind', kind: 'upstream-stale', byMs: MINUTE_MS }]);
    await copied.look(client);
    await comesTrue(
      async () => ((await copied.control.faultReports()).find(({ id }) => id === 'behind')?.count ?? 0) > 0,
    );
    await copied.finish();
    const later = await copied.look(client);
    await copied.plan([]);
    evidence.served('the second change was done', second.answer.outcome === 'ok', [second]);
    evidence.claim(
      'a read that is behind does not undo a change',
      later.get(stale)?.includes(after) === true,
      {
        sentences: [
          'A change was acknowledged, and the refresh after it was answered from the state that was there before.',
          `However, the copy shows ${later.get(stale) ?? 'nothing'} instead of ${after}.`,
        ],
        exchanges: [second],
      },
    );
  },
};
