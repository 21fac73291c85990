import {
  administrationOf,
  Client,
  resourceWith,
  shardOfSubject,
} from '../../../reference-worker/target/index.ts';
import type { Check } from '../check.ts';
import {
  atSkew,
  documentBody,
  holds,
  hostOf,
  isLockedOut,
  noticedWithinMs,
  type ScheduledFault,
  underFaults,
  withAccounts,
} from '../kit/index.ts';
import { everywhere } from './everywhere.ts';

const COLD_POP = 'EDI';

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
    'every use would pass without the requests in between. It is refused at its own host as well, where it has one, and by an isolate that has just begun.',
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

      await administrationOf(target).setActive(account.id, false);
      await atSkew(target, ttlMs * 0.6, () => everywhere(target, account, document));
      const hosts = target.lacks('tenant-hosts') === undefined ? [undefined, hostOf(account)] : [undefined];
      const late = await atSkew(target, ttlMs + 1_000, async () => [
        ...(await Promise.all(
          hosts.map((host) =>
            new Client(target, account).ask({ kind: 'read', ...document }, { ...(host && { host }) }),
          ),
        )),
        ...(await everywhere(target, account, document)),
        await new Client(target, account).ask({ ...put, body: documentBody(resource, '|deactivated|') }),
      ]);
      for (const asked of late)
        evidence.claim(
          `${ttlMs / 1_000} s after its deactivation an account is refused a ${asked.operation.kind} in ${asked.pop}`,
          isLockedOut(asked),
          [asked],
        );

      // Copies of the Worker that start anew are kept ready in one PoP alone.
      const anew: readonly ScheduledFault[] = [
        { id: 'late', kind: 'clock-skew', skewMs: ttlMs + 1_000 },
        { id: 'anew', kind: 'cold-isolate', pop: COLD_POP },
      ];
      const { result: cold, firings } = await underFaults(target, anew, () =>
        new Client(target, account, COLD_POP).ask({ kind: 'read', ...document }),
      );
      evidence.control('an isolate began anew', firings > 0, [cold]);
      evidence.claim('an isolate that begins anew refuses it too', isLockedOut(cold), [cold]);

      await administrationOf(target).setActive(account.id, true);
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
