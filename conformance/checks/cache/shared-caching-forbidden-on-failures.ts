import {
  accountOf,
  Client,
  type Overrides,
  platformOf,
  signingOf,
} from '../../../reference-worker/target/index.ts';
import type { Check } from '../check.ts';
import { cachedResource } from './documents.ts';
import { judgeSharing } from './shared-caching-forbidden.ts';

const EXPECTED = [401, 403, 421, 503] as const;

export const sharedCachingForbiddenOnFailures: Check = {
  id: 'cache/shared-caching-forbidden-on-failures',
  title:
    'No cache in front of the Worker may keep an answer that was refused or that failed on the way to the data.',
  requirements: ['A7', 'A10'],
  severity: 'high',
  environment: 'real-time',
  needs: ['operator', 'faults', 'signing', 'dedicated', 'read', 'put'],
  method:
    'What a client cannot bring about by itself: an expired token, an account that nobody knows, the hostname of another ' +
    'account, a deployment without the shard of the account, an overloaded database, and a write whose reply is lost. A ' +
    'cached failure would outlive its cause, and name the account that it was for. The control: there were such answers.',
  async run({ target, evidence, unique }) {
    const { platform, shardOf } = platformOf(target);
    const account = accountOf(target, 'subject');
    const client = new Client(target, account);
    const document = { resource: cachedResource(target), id: unique('document') } as const;
    const read = { kind: 'read', ...document } as const;
    const put = { kind: 'put', ...document, body: {} } as const;
    await client.ask(put);
    const database = shardOf(account.id);
    const overloaded = { id: 'overloaded', kind: 'overloaded', database, reason: 'too-many-queued' };
    const lost = { id: 'lost', kind: 'connection-lost', database, when: 'after', access: 'write' };
    const { tokenOf } = signingOf(target);
    const cases: readonly (readonly [string, typeof read | typeof put, Overrides, object?])[] = [
      ['an expired token', read, { token: await tokenOf(account.id, -60) }],
      ['an unknown account', read, { token: await tokenOf(unique('nobody'), 60) }],
      ["another account's hostname", read, { host: `${accountOf(target, 'neighbour').id}.localhost` }],
      [
        'a deployment without the shard',
        read,
        { url: accountOf(target, 'dedicated').urls[target.pops[0] ?? ''] ?? '' },
      ],
      ['an overloaded database', read, {}, overloaded],
      ['an overloaded database for a write', put, {}, overloaded],
      ['a write whose reply is lost', put, {}, lost],
    ];
    const statuses = new Set<number>();
    try {
      for (const [what, operation, overrides, fault] of cases) {
        await platform.control.setFaults(fault ? [fault] : []);
        const exchange = await client.ask(operation, { ...overrides, bookmark: null });
        statuses.add(exchange.response.status);
        judgeSharing(evidence, target, what, exchange);
      }
    } finally {
      await platform.control.setFaults([]);
    }
    for (const status of EXPECTED)
      evidence.control(`there is a ${status} among the answers`, statuses.has(status));
  },
};
