import { describe, expect, test } from 'vitest';
import { system } from '../../../reference-worker/shared-shards/system.ts';
import { accountOf, startLocal } from '../../../reference-worker/target/index.ts';
import { CHECKS } from '../../checks/index.ts';
import { runChecks } from '../../run/index.ts';
import { readCheckMutations } from '../mutations.ts';
import { killsOf } from '../prove.ts';
import { fromTheOtherSide, inAnotherOrder, seenWith } from './sides.ts';

const signal = new AbortController().signal;
/** Five other sets of names, of which two are seen from the other account. */
const SEEDS = [11, 12, 13, 14, 15];
/** Those to whom names, an order and a side could matter most, one or two for each kind of attack. */
const JUDGED = [
  'isolation/swapped-id',
  'isolation/list-and-filter',
  'isolation/sort-order',
  'isolation/foreign-cursor',
  'isolation/host-against-token',
  'isolation/body-names-account',
  'isolation/cached-response',
  'isolation/moved-account',
  'routing/host-routing',
];
/** One for each way in which a name, an order or a side could decide: predicates, prefixes, suffixes, orders, keys and hosts. */
const MUTATIONS = [
  'isolation/read-without-account',
  'isolation/list-of-all-before',
  'isolation/page-runs-into-next-account',
  'isolation/host-that-begins-like-the-account',
  'routing/host-by-ending',
  'isolation/accounts-by-the-beginning-of-their-name',
  'isolation/one-collection-without-account',
  'isolation/cache-without-account',
  'robustness/filter-spliced-into-sql',
  'semantics/put-merges',
];
const { mutations } = readCheckMutations(system, CHECKS);
const chosen = mutations.filter(({ id }) => MUTATIONS.includes(id));

test('the other side is the other account of the shard, and everything else is as it was', async () => {
  const both = [];
  for (const seen of [system, fromTheOtherSide(system)]) {
    const { target, stop } = await startLocal({ system: seen, environment: 'real-time', seed: 11 });
    both.push(target.accounts.map(({ role, id }) => `${role} ${id}`));
    expect(accountOf(target, 'subject')).toBe(target.accounts[0]);
    await stop();
  }

  const [one, other] = both.map((accounts) => accounts.map((account) => account.split(' ')[1]));
  expect(other).toEqual([one?.[1], one?.[0], one?.[2], one?.[3]]);
});

test('another order has the same resources', () => {
  const orders = SEEDS.map((seed) => Object.keys(inAnotherOrder(system, seed).resources));

  for (const order of orders) expect(order.toSorted()).toEqual(Object.keys(system.resources).toSorted());
  expect(new Set(orders.map((order) => order.join())).size).toBeGreaterThan(2);
});

test.each(SEEDS)(
  'with the names, the order and the side of seed %i the right Worker passes',
  async (seed) => {
    const checks = CHECKS.filter(({ id }) => JUDGED.includes(id));

    const outcomes = await runChecks({
      ...{ system: seenWith(system, seed), checks, seed, effort: 'fast', signal },
      onOutcome: () => undefined,
    });

    expect(outcomes.length).toBe(JUDGED.length);
    expect(
      outcomes
        .filter(({ verdict }) => verdict !== 'PASS')
        .map(({ check, verdict, reason }) => `${check.id} ${verdict}: ${reason}`),
    ).toEqual([]);
  },
  120_000,
);

describe('a mutation falls with other names, another order and from the other side', () => {
  test('there are ten', () => {
    expect(chosen.map(({ id }) => id).toSorted()).toEqual(MUTATIONS.toSorted());
  });

  // Each with a seed of its own: all with all is what `npm run internal -- prove:verdicts` and the self-test are for.
  test.each(chosen.map((mutation, index) => [mutation.id, 20 + index, mutation] as const))(
    '%s with seed %i',
    async (_, seed, mutation) => {
      const options = { system: seenWith(system, seed), checks: CHECKS, seed, findsFirst: false, signal };

      const [kill] = await killsOf([mutation], options, () => undefined);

      expect(kill?.survived).toBeUndefined();
    },
    120_000,
  );
});
