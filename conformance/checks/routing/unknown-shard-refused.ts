import {
  type AddedAccount,
  accountOf,
  administrationOf,
  Client,
  type Operation,
  platformOf,
  type System,
  type WrongShard,
} from '../../../reference-worker/target/index.ts';
import type { Check } from '../check.ts';
import { bodyOf, isRefusedForNow, operationOn, resourcesFor, rowCounts, withAccounts } from '../kit/index.ts';

export const unknownShardRefused: Check = {
  id: 'routing/unknown-shard-refused',
  title: 'An account whose shard this Worker does not know is refused; no other database serves it instead.',
  requirements: ['A1', 'A3', 'A7'],
  severity: 'critical',
  environment: 'real-time',
  needs: ['operator', 'signing', 'dedicated', 'read', 'put'],
  method:
    'Accounts of its own are put on a shard of another deployment, on a shard that the account database no longer ' +
    'lists, and on shards whose binding names something else (the account database, KV, a property of every object). ' +
    'The constraints of the account database are out of force meanwhile, because they refuse such rows. Requests of ' +
    'every kind must be answered 503 and certainly not done, and no row of any shard may change.',
  async run({ target, evidence, unique }) {
    const { system } = target;
    const administration = administrationOf(target);
    const shardOf = (role: 'subject' | 'dedicated') => platformOf(target).shardOf(accountOf(target, role).id);
    const known = { id: unique('known'), shardId: shardOf('subject') };
    const elsewhere = { id: unique('own'), shardId: shardOf('dedicated') };
    const places: readonly (AddedAccount & WrongShard)[] = [
      { id: unique('gone'), shardId: unique('shard-gone'), binding: undefined },
      ...administration.wrongBindings.map((binding, index) => ({
        id: unique(`h${index}`),
        shardId: unique(`shard-${index}`),
        binding,
      })),
    ];
    await administration.withWrongShards(places, async () => {
      await withAccounts(target, [known, elsewhere, ...places], async (served, far, ...lost) => {
        const before = await rowCounts(target);
        const attempts = [...lost, far].map(async (account) => {
          const client = new Client(target, account);
          return await Promise.all(
            operationsOn(system, unique('document')).map((operation) => client.ask(operation)),
          );
        });
        const asked = await Promise.all(attempts);
        const after = await rowCounts(target);

        const names = [...places.map(describe), `of another deployment (${elsewhere.shardId})`];
        for (const [index, answers] of asked.entries()) {
          const wrong = answers.find((one) => !isRefusedForNow(one));
          evidence.claim(
            `a shard ${names[index]} is answered 503, and nothing is done`,
            !wrong,
            wrong && [wrong],
          );
        }
        const same = JSON.stringify(before) === JSON.stringify(after);
        evidence.claim('no row of any shard changes', same, {
          sentences: [
            `Before, the shards held ${JSON.stringify(before)}.`,
            `However, then ${JSON.stringify(after)}.`,
          ],
          exchanges: asked.flat(),
        });
        const [write] = operationsOn(system, unique('document'));
        if (!write) throw new Error('there is no write');
        const control = await new Client(target, served).ask(write);
        evidence.served(
          'an account on a shard that is bound here is served',
          control.answer.outcome === 'ok',
          [control],
        );
        const changed = JSON.stringify(after) !== JSON.stringify(await rowCounts(target));
        evidence.control('a write that is done changes the figures', changed, [control]);
      });
    });
  },
};

/** One request of every kind that there is, a write first. */
const operationsOn = (system: System, id: string): readonly Operation[] =>
  (['put', 'create', 'patch', 'delete', 'batch', 'read', 'list', 'join'] as const).flatMap((kind) => {
    const [resource] = resourcesFor(system, kind);
    if (!resource) return [];
    const handle = { resource: resource.name, id: kind === 'create' ? `${id}-new` : id };
    return [operationOn(system, kind, handle, bodyOf(system, handle, 'any'))];
  });

const describe = ({ binding }: WrongShard): string =>
  binding === undefined
    ? 'that the account database does not list'
    : `with the binding ${JSON.stringify(binding)}`;
