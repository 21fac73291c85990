import {
  type Asked,
  administrationOf,
  Client,
  type Handle,
  LAGS,
  platformOf,
  resourceWith,
  shardOfSubject,
  type Target,
  type TestAccount,
} from '../../../reference-worker/target/index.ts';
import type { Check } from '../check.ts';
import { atSkew, isLockedOut, noticedWithinMs, withAccounts } from '../kit/index.ts';

export const deactivationDespiteLag: Check = {
  id: 'routing/deactivation-despite-lag',
  title:
    'A deactivated account is locked out within the stated time while replicas of the account database lag.',
  requirements: ['A1', 'A7', 'B8'],
  severity: 'critical',
  environment: 'simulated-time',
  needs: ['operator', 'signing', 'faults', 'lag', 'read'],
  method:
    'An account that every replica knows is deactivated; then the time of the databases stands still, so that no replica ' +
    "ever hears of it, and the Worker's clock passes the stated time. An isolate that asks a replica instead of the " +
    'primary goes on serving the account for as long as the replica lags, which has no upper bound.',
  async run({ target, evidence, unique }) {
    const { control } = platformOf(target).platform;
    const { name: resource } = resourceWith(target.system, { routes: ['read'] });
    const nobodys = { resource, id: unique('nobody') };
    const rows = [{ id: unique('account'), shardId: shardOfSubject(target) }];
    await withAccounts(target, rows, async (account) => {
      await control.advance(LAGS.farReplicaMs + 1_000);
      const before = await everywhere(target, account, nobodys);
      for (const asked of before)
        evidence.served(`the active account is served in ${asked.pop}`, asked.answer.outcome === 'absent', [
          asked,
        ]);
      await administrationOf(target).setActive(account.id, false);
      const ttlMs = noticedWithinMs(target);
      const late = await atSkew(target, ttlMs + 1_000, () => everywhere(target, account, nobodys));
      for (const asked of late)
        evidence.claim(
          `${ttlMs / 1_000} s after its deactivation the account is refused in ${asked.pop}`,
          isLockedOut(asked),
          [asked],
        );
    });
  },
};

/** Without a step of the clock: nothing that is asked here has to wait. */
const everywhere = (target: Target, account: TestAccount, handle: Handle): Promise<Asked[]> =>
  Promise.all(target.pops.map((pop) => new Client(target, account, pop).begin({ kind: 'read', ...handle })));
