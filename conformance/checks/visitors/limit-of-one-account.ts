import { accountOf, type Exchange, NeedNotMet } from '../../../reference-worker/target/index.ts';
import type { Check } from '../check.ts';
import { atSkew } from '../kit/index.ts';
import { published, Visitor, viewsOf } from './visitor.ts';

/** Of the Worker's clock: a period in which nobody else has looked. */
const AHEAD_MS = 7_200_000;
const AT_ONCE = 16;
/** Of the other account: more than a Worker may have been granted ahead. */
const QUIET_LOOKS = 30;

export const limitOfOneAccount: Check = {
  id: 'visitors/limit-of-one-account',
  title:
    'Who looks at one account more often than is stated is refused, and visitors of others are served as before.',
  requirements: ['D8'],
  severity: 'high',
  environment: 'real-time',
  needs: ['visitors', 'view-limit', 'another-account', 'faults', 'put'],
  method:
    'One account is looked at twice as often as is stated, and once more: whichever periods that falls into, one look is refused with ' +
    '429 (RFC 6585, section 4), and half of the limit is served at least. Then the other account is looked at, in the same period.',
  async run({ target, evidence, unique }) {
    const { limit } = target.system.visitors ?? {};
    if (!limit) throw new NeedNotMet('needs a limit of views of one account');
    const [view] = viewsOf(target, ({ view: { path } }) => path.includes(':id'));
    if (!view) return;
    const of = published(view, unique('limit'));
    const noisy = new Visitor(target, accountOf(target, 'neighbour'));
    const quiet = new Visitor(target, accountOf(target, 'subject'));
    await atSkew(target, AHEAD_MS, async () => {
      const before = await quiet.look(of);
      const count = 2 * limit.views + 1;
      const startedMs = performance.now();
      const looks: Exchange[] = [];
      for (let made = 0; made < count; made += AT_ONCE)
        looks.push(
          ...(await Promise.all(
            Array.from({ length: Math.min(AT_ONCE, count - made) }, () => noisy.look(of)),
          )),
        );
      const tookMs = performance.now() - startedMs;
      const after: Exchange[] = [];
      for (let made = 0; made < QUIET_LOOKS; made += 1) after.push(await quiet.look(of));
      const refused = looks.filter(({ response }) => response.status === 429);
      if (tookMs < limit.perMs)
        evidence.claim('who looks too often is refused', refused.length > 0, looks.slice(-1));
      else
        evidence.remark(
          `${count} looks took ${Math.round(tookMs / 1_000)} s, longer than a period: no limit was reached.`,
        );
      const harmed = after.filter(({ response }) => response.status !== before.response.status);
      evidence.claim('visitors of another account are served as before', harmed.length === 0, [
        before,
        ...harmed.slice(0, 1),
      ]);
      const served = looks.length - refused.length;
      evidence.control('half of what is stated is served', served >= limit.views / 2, looks.slice(0, 1));
      evidence.control('nobody else was refused before', before.response.status !== 429, [before]);
    });
  },
};
