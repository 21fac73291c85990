import { type Asked, Client, resourceWith, shardOfSubject } from '../../../reference-worker/target/index.ts';
import type { Check } from '../check.ts';
import { documentBody, rowCounts, type ScheduledFault, underFaults, withAccounts } from '../kit/index.ts';

/** The id that the local platform gives the account database. */
const database = 'accounts';
const OUTAGES: readonly ScheduledFault[] = [
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
    'guessed. Right after it the same requests are served.',
  async run({ target, evidence, unique }) {
    const shardId = shardOfSubject(target);
    const resource = resourceWith(target.system, { ids: 'client', routes: ['read', 'put'] });
    const document = { resource: resource.name, id: unique('document') };
    const put = { kind: 'put', ...document, body: documentBody(resource, 'any') } as const;
    const rows = OUTAGES.map(({ id }) => ({ id: unique(id), shardId }));
    await withAccounts(target, rows, async (...accounts) => {
      for (const [index, outage] of OUTAGES.entries()) {
        const account = accounts[index];
        if (!account) throw new Error('withAccounts made fewer accounts than it was asked for');
        const client = new Client(target, account);
        const before = await rowCounts(target);
        const { result, firings } = await underFaults(target, [outage], () =>
          Promise.all([client.ask({ kind: 'read', ...document }), client.ask(put)]),
        );
        evidence.control(`the account database was asked while it was ${outage.id}`, firings > 0, result);
        for (const asked of result)
          evidence.claim(
            `while it is ${outage.id}, a ${asked.operation.kind} is answered 503 and certainly not done`,
            isOutage(asked),
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
  },
};

const isOutage = ({ answer, response }: Asked): boolean =>
  answer.outcome === 'refused' && response.status === 503;
