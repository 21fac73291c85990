import { Client, resourceWith, shardOfSubject } from '../../../reference-worker/target/index.ts';
import type { Check } from '../check.ts';
import { atSkew, documentBody, holds, noticedWithinMs, setActive, withAccounts } from '../kit/index.ts';
import { everywhere } from './everywhere.ts';

export const deactivationHonoured: Check = {
  id: 'routing/deactivation-honoured',
  title:
    'A deactivated account is locked out everywhere within the stated time, and works again after reactivation.',
  requirements: ['A1', 'A7'],
  severity: 'critical',
  environment: 'real-time',
  needs: ['operator', 'signing', 'faults', 'read', 'put'],
  method:
    'An account of its own is used in every PoP, deactivated, used again within the stated time (with either answer), ' +
    "and once more after it. The Worker's clock is moved instead of waiting. A Worker that extends what it remembers at " +
    'every use would pass without the requests in between.',
  async run({ target, evidence, unique }) {
    const ttlMs = noticedWithinMs(target);
    const shardId = shardOfSubject(target);
    const resource = resourceWith(target.system, { ids: 'client', routes: ['read', 'put'] });
    const document = { resource: resource.name, id: unique('document') };
    await withAccounts(target, [{ id: unique('account'), shardId }], async (account) => {
      const put = { kind: 'put', ...document, body: documentBody(resource, '|active|') } as const;
      const write = await new Client(target, account).ask(put);
      const first = await everywhere(target, account, document);
      const used = [write, ...first].find(({ answer }) => answer.outcome !== 'ok');
      evidence.served('the active account is served in every PoP', !used, used ? [used] : []);

      await setActive(target, account.id, false);
      await atSkew(target, ttlMs * 0.6, () => everywhere(target, account, document));
      const late = await atSkew(target, ttlMs + 1_000, async () => [
        ...(await everywhere(target, account, document)),
        await new Client(target, account).ask({ ...put, body: documentBody(resource, '|deactivated|') }),
      ]);
      for (const asked of late)
        evidence.claim(
          `${ttlMs / 1_000} s after its deactivation an account is refused a ${asked.operation.kind} in ${asked.pop}`,
          asked.answer.outcome === 'refused' && [401, 403].includes(asked.response.status),
          [asked],
        );

      await setActive(target, account.id, true);
      const again = await atSkew(target, 2 * (ttlMs + 1_000), () => everywhere(target, account, document));
      for (const asked of again)
        evidence.claim(
          `reactivated, it reads its document as it was, in ${asked.pop}`,
          holds(asked.answer.documents[0], '|active|'),
          [asked],
        );
    });
  },
};
