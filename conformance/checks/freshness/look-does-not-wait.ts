import { Client } from '../../../reference-worker/target/index.ts';
import type { Check } from '../check.ts';
import { comesTrue, copiedIn, NEEDS } from './copied.ts';

const LOOKS = 30;
const MINUTE_MS = 60_000;

export const lookDoesNotWait: Check = {
  id: 'freshness/a-look-does-not-wait',
  title:
    'A look is answered from the copy: it calls nobody where that is fresh, and waits for nobody where it is old.',
  requirements: ['E2', 'E6'],
  severity: 'high',
  environment: 'simulated-time',
  needs: NEEDS,
  method: `${LOOKS} looks at what was just copied, in every PoP, must not make a call to the upstream. Then the copy grows old, the upstream
takes a minute for each call, and time stands still: a look that waits for the refresh which it begins is never answered. The control
sees that refresh under way.`,
  async run(context) {
    const { target, evidence, unique } = context;
    const copied = await copiedIn(context);
    const client = copied.client();
    const [id, mark] = [unique('document'), unique('mark')];
    await copied.changeUpstream(client, [id], mark);
    evidence.control('a look begins to copy what is not here', await copied.copiedBy(client, [id], mark));
    const before = await copied.calls();
    const read = { kind: 'read', resource: copied.resource.name, id } as const;

    const looks = await Promise.all(
      Array.from({ length: LOOKS }, (_, n) =>
        new Client(target, client.account, target.pops[n % target.pops.length]).ask(read),
      ),
    );
    await copied.finish();
    const calls = (await copied.calls()) - before;
    const showing = looks.filter(({ response }) => response.body.includes(mark));
    evidence.served('each of them shows what was copied', showing.length === LOOKS, looks.slice(-1));
    evidence.claim(
      `${LOOKS} looks at what is fresh make no call to the upstream, and these made ${calls}`,
      calls === 0,
      looks.slice(0, 1),
    );

    const { look } = copied.copy;
    if (!look) return;
    await copied.pass(look.olderThanMs + MINUTE_MS);
    await copied.plan([{ id: 'slow', kind: 'upstream-slow', addMs: MINUTE_MS }]);
    const old = client.begin(read, { signal: AbortSignal.timeout(10_000) });
    const answered = await old.then(
      (asked) => ({ asked }),
      () => undefined,
    );
    const isAtWork = await comesTrue(async () =>
      (await copied.control.waiting()).some(({ reason }) => reason === 'upstream'),
    );
    evidence.control('the look has begun a refresh, which is under way', isAtWork);
    evidence.claim(
      'a look at what is old is answered while the upstream has not answered',
      answered?.asked.response.body.includes(mark) === true,
      {
        sentences: [
          'The copy was old, and the upstream took a minute for each call.',
          answered
            ? `However, the look was answered ${answered.asked.response.status} and does not show the copy.`
            : 'However, the look was not answered within ten seconds: it waits for the refresh.',
        ],
        exchanges: answered ? [answered.asked] : [],
      },
    );
    await copied.finish();
  },
};
