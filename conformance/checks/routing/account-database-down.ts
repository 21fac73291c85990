import {
  administrationOf,
  Client,
  D1_READ_ATTEMPTS,
  resourceWith,
  shardOfSubject,
} from '../../../reference-worker/target/index.ts';
import type { Check, Context } from '../check.ts';
import {
  documentBody,
  isRefusedForNow,
  noticedWithinMs,
  rowCounts,
  type ScheduledFault,
  underFaults,
  withAccounts,
} from '../kit/index.ts';
import { everywhere } from './everywhere.ts';

const outagesOf = (database: string): readonly ScheduledFault[] => [
  { id: 'unreachable', kind: 'connection-lost', when: 'before', database },
  { id: 'cut-off', kind: 'connection-lost', when: 'mid-reply', database },
  { id: 'overloaded', kind: 'overloaded', reason: 'queued-too-long', database },
];

export const accountDatabaseDown: Check = {
  id: 'routing/account-database-down',
  title:
    'While the account database does not answer, requests fail with 503 and nothing is done; then all is well.',
  requirements: ['A1', 'A7'],
  severity: 'high',
  environment: 'real-time',
  needs: ['operator', 'signing', 'faults', 'read', 'put'],
  method:
    'Accounts that no isolate has met yet send a read and a write during each outage. An outage must not look like an ' +
    'unknown account, a wrong host or a missing document, all of which a client takes as final, and no shard may be ' +
    'guessed; one that is overloaded is asked once for each request (developers.cloudflare.com/d1/observability/debug-d1). Right after ' +
    'it the same requests are served. An account that was deactivated is not served either, when the outage outlasts the ' +
    'time within which that must be noticed: what an isolate remembers of it does not become good again. Where reads are ' +
    'stated to be tried again, an interruption that passes at once is noticed by nobody.',
  async run(context) {
    const { target, evidence, unique } = context;
    const shardId = shardOfSubject(target);
    const resource = resourceWith(target.system, { ids: 'client', routes: ['read', 'put'] });
    const document = { resource: resource.name, id: unique('document') };
    const put = { kind: 'put', ...document, body: documentBody(resource, 'any') } as const;
    const outages = outagesOf(administrationOf(target).accountDatabase);
    const rows = outages.map(({ id }) => ({ id: unique(id), shardId }));
    await withAccounts(target, rows, async (...accounts) => {
      for (const [index, outage] of outages.entries()) {
        const account = accounts[index];
        if (!account) throw new Error('withAccounts made fewer accounts than it was asked for');
        const client = new Client(target, account);
        const before = await rowCounts(target);
        const { result, firings } = await underFaults(target, [outage], () =>
          Promise.all([client.ask({ kind: 'read', ...document }), client.ask(put)]),
        );
        evidence.control(`the account database was asked while it was ${outage.id}`, firings > 0, result);
        if (outage.kind === 'overloaded')
          evidence.claim(
            'an account database that is overloaded is asked once for each request',
            firings <= result.length,
            {
              sentences: [
                'Because a database that has too much to do is not helped by retries, it is asked once for each request.',
                `However, for ${result.length} requests it was asked ${firings} times.`,
              ],
              exchanges: result,
            },
          );
        for (const asked of result)
          evidence.claim(
            `while it is ${outage.id}, a ${asked.operation.kind} is answered 503 and certainly not done`,
            isRefusedForNow(asked),
            [asked],
          );
        const isSame = JSON.stringify(before) === JSON.stringify(await rowCounts(target));
        evidence.claim(`while it is ${outage.id}, no shard is written to`, isSame, result);
        const after = await client.ask(put);
        evidence.claim(
          `right after it was ${outage.id}, the account is served`,
          after.answer.outcome === 'ok',
          [after],
        );
      }
    });
    await judgeInterrupted(context);
    await judgeDeactivated(context);
  },
};

/** Where reads are stated to be tried again, so is that of the account: what passes at once reaches nobody. */
async function judgeInterrupted({ target, evidence, unique }: Context): Promise<void> {
  if ((target.system.limits.readAttempts ?? 1) === 1) return;
  const resource = resourceWith(target.system, { ids: 'client', routes: ['read', 'put'] });
  const read = { kind: 'read', resource: resource.name, id: unique('nobody') } as const;
  const row = { id: unique('interrupted'), shardId: shardOfSubject(target) };
  const fault: ScheduledFault = {
    ...{ id: 'interrupted', kind: 'connection-lost', when: 'before', times: D1_READ_ATTEMPTS },
    database: administrationOf(target).accountDatabase,
  };
  await withAccounts(target, [row], async (account) => {
    const { result, firings } = await underFaults(target, [fault], () =>
      new Client(target, account).ask(read),
    );
    evidence.control('the account database was asked while it was interrupted', firings > 0, [result]);
    evidence.claim(
      'a request is answered although the account database is interrupted once',
      result.answer.outcome === 'absent',
      {
        sentences: [
          'Because reads are stated to be tried again, and a second attempt succeeds, the account is found.',
          `However, the read was answered ${result.response.status}.`,
        ],
        exchanges: [result],
      },
    );
  });
}

/** An account that every isolate knows is deactivated; then the outage begins, and outlasts what they may remember. */
async function judgeDeactivated({ target, evidence, unique }: Context): Promise<void> {
  const resource = resourceWith(target.system, { ids: 'client', routes: ['read', 'put'] });
  const document = { resource: resource.name, id: unique('document') };
  const row = { id: unique('deactivated'), shardId: shardOfSubject(target) };
  await withAccounts(target, [row], async (account) => {
    const client = new Client(target, account);
    await client.ask({ kind: 'put', ...document, body: documentBody(resource, 'any') });
    const known = await everywhere(target, account, document);
    const isServed = known.every(({ answer }) => answer.outcome === 'ok');
    evidence.served('the account is served in every PoP before', isServed, known.slice(-1));
    const { accountDatabase, setActive } = administrationOf(target);
    await setActive(account.id, false);
    const [outage] = outagesOf(accountDatabase);
    const late = { id: 'late', kind: 'clock-skew', skewMs: noticedWithinMs(target) + 1_000 } as const;
    const { result } = await underFaults(target, outage ? [outage, late] : [late], () =>
      everywhere(target, account, document),
    );
    for (const asked of result)
      evidence.claim(
        `an account that was deactivated is not served in ${asked.pop} because nobody can be asked`,
        asked.answer.outcome === 'refused',
        {
          sentences: [
            `Because ${account.id} was deactivated more than ${noticedWithinMs(target)} ms before, it must not be served.`,
            `However, while the account database did not answer, a read in ${asked.pop} was answered ${asked.response.status}.`,
          ],
          exchanges: [asked],
        },
      );
  });
}
