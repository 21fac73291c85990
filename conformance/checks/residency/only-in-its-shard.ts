import { accountOf, Client, platformOf, resourcesWith } from '../../../reference-worker/target/index.ts';
import type { Check } from '../check.ts';
import { documentBody, store } from '../kit/index.ts';
import { databasesAt, tablesHolding } from './at-rest.ts';

export const onlyInItsShard: Check = {
  id: 'residency/only-in-its-shard',
  title: "What a document says is at rest in its account's shard and in no other database.",
  requirements: ['A1', 'A7', 'A8'],
  severity: 'critical',
  environment: 'real-time',
  needs: ['operator', 'elsewhere', 'read', 'put'],
  method:
    'Documents of every resource with one secret text are written and read; the operator then looks for the text in every ' +
    'column of every table of the account database and of all shards. The control: it is found in the own shard. KV has a ' +
    'check of its own, cache/body-is-sealed.',
  async run(context) {
    const { target, evidence, unique } = context;
    const account = accountOf(target, 'subject');
    const client = new Client(target, account);
    const secret = `Confidential-${unique('at-rest')}`;
    for (const resource of resourcesWith(target.system, { routes: ['read'] })) {
      const body = documentBody(resource, secret);
      const { handle } = await store(context, client, resource, { id: unique('document'), body });
      await client.ask({ kind: 'read', ...handle });
    }
    const home = platformOf(target).shardOf(account.id);
    for (const database of databasesAt(target)) {
      const tables = await tablesHolding(target, database, secret);
      if (database === home) evidence.control('the own shard holds the text', tables.length > 0);
      else
        evidence.claim(`${database} holds nothing of a document of another shard`, tables.length === 0, {
          sentences: [
            `Because the account is on ${home}, its data may be nowhere else; the account database holds no tenant data at all (A1).`,
            `However, the secret text of its documents is in ${tables.join(', ')} of ${database}.`,
          ],
          exchanges: [],
        });
    }
  },
};
