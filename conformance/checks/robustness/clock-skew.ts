import {
  type Asked,
  accountOf,
  administrationOf,
  Client,
  resourceWith,
  shardOfSubject,
  signingOf,
  type TestAccount,
} from '../../../reference-worker/target/index.ts';
import type { Check, Context } from '../check.ts';
import { atSkew, documentBody, holds, isLockedOut, noticedWithinMs, withAccounts } from '../kit/index.ts';

const HOUR_MS = 3_600_000;

export const clockSkew: Check = {
  id: 'robustness/clock-skew',
  title:
    'A Worker whose clock is an hour off serves right documents, judges tokens by it, and forgets accounts in time.',
  requirements: ['A1', 'A7', 'B3'],
  severity: 'high',
  environment: 'real-time',
  needs: ['operator', 'signing', 'faults', 'put', 'read'],
  method:
    "The Worker's clock is set an hour behind and an hour ahead. Reads and writes must go on unharmed; a token that has " +
    'expired by that clock must be refused (RFC 7519, 4.1.4, allows a few minutes of leeway at most); and an account ' +
    'that is deactivated must be noticed within the stated time, counted on that clock.',
  async run(context) {
    const { target, unique } = context;
    const shardId = shardOfSubject(target);
    // From the past to the future: what is remembered until a time in the future would outlive a step back.
    for (const [name, skewMs] of [
      ['behind', -HOUR_MS],
      ['ahead', HOUR_MS],
    ] as const)
      await withAccounts(target, [{ id: unique(name), shardId }], (account) =>
        judgeAt(context, { name, skewMs, account }),
      );
    await judgeToken(context);
  },
};

interface Skewed {
  readonly name: string;
  readonly skewMs: number;
  readonly account: TestAccount;
}

async function judgeAt(
  { target, evidence, unique }: Context,
  { name, skewMs, account }: Skewed,
): Promise<void> {
  const resource = resourceWith(target.system, { ids: 'client', routes: ['put', 'read'] });
  const document = { resource: resource.name, id: unique('document') };
  const client = new Client(target, account);
  const isCounted = target.lacks('versions') === undefined;
  await atSkew(target, skewMs, async () => {
    for (const version of [1, 2, 3]) {
      const put = await client.ask({
        kind: 'put',
        ...document,
        body: documentBody(resource, `write-${version}`),
      });
      evidence.claim(`${name}, write ${version} is done`, isDone(put, version, isCounted), [put]);
      const read = await client.ask({ kind: 'read', ...document });
      const isNewest = holds(read.answer.documents[0], `write-${version}`);
      evidence.claim(`${name}, it is read back`, isNewest, [put, read]);
    }
  });
  await administrationOf(target).setActive(account.id, false);
  const late = await atSkew(target, skewMs + noticedWithinMs(target) + 1_000, () =>
    client.ask({ kind: 'read', ...document }),
  );
  evidence.claim(`${name}, a deactivated account is refused within the stated time`, isLockedOut(late), [
    late,
  ]);
}

const isDone = ({ answer }: Asked, version: number, isCounted: boolean): boolean =>
  answer.outcome === 'ok' && (!isCounted || answer.documents[0]?.version === version);

async function judgeToken({ target, evidence, unique }: Context): Promise<void> {
  const subject = accountOf(target, 'subject');
  const token = await signingOf(target).tokenOf(subject.id, HOUR_MS / 2_000);
  const { name } = resourceWith(target.system, { routes: ['read'] });
  const read = { kind: 'read', resource: name, id: unique('nobody') } as const;
  const client = new Client(target, subject);
  const now = await client.ask(read, { token });
  evidence.control('a token for half an hour is accepted now', now.answer.outcome === 'absent', [now]);
  const ahead = await atSkew(target, HOUR_MS, () => client.ask(read, { token }));
  evidence.claim('it has expired on a clock that is an hour ahead', ahead.response.status === 401, [ahead]);
  const again = await client.ask(read, { token });
  evidence.claim('and is good again when the clock is right', again.answer.outcome === 'absent', [again]);
}
