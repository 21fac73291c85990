import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { system } from '../../../reference-worker/shared-shards/system.ts';
import type { Role, TestAccount } from '../../../reference-worker/target/index.ts';
import {
  type Attack,
  attacksOf,
  coveringShare,
  coveringValue,
  distanceOf,
  positionOf,
  routesOf,
} from './cases.ts';
import { ISOLATION_CHECKS } from './index.ts';

const SHARED_SHARDS = join(import.meta.dirname, '..', '..', '..', 'reference-worker', 'shared-shards');
const WORKER = join(SHARED_SHARDS, 'src', 'index.ts');
const App = z.object({
  default: z.object({ routes: z.array(z.object({ method: z.string(), path: z.string() })) }),
});

const NO_ROUTE = { method: '', path: '' };

/** As `GET /v1/:/:`: what a parameter is called does not matter. */
const patternOf = ({ method, path }: { readonly method: string; readonly path: string }): string =>
  `${method} ${path.replace(/:\w+/g, ':')}`;

/** The routes that the Worker has registered; middleware is registered for all methods. */
async function workerRoutes(): Promise<readonly string[]> {
  // By its path: the Worker is data here, and the harness depends on none of its code.
  const { default: app } = App.parse(await import(WORKER));
  return app.routes.filter(({ method }) => method !== 'ALL').map(patternOf);
}

const accountIn = (role: Role): TestAccount => ({ role, id: role, token: '', urls: {} });
const ACCOUNTS = (['subject', 'neighbour', 'elsewhere', 'dedicated'] as const).map(accountIn);
const pairOf = ({ attacker, owner }: Attack): string => `${attacker.id} ${owner.id}`;
const attacks = attacksOf(system, ACCOUNTS);

describe('the attacks of a check', () => {
  test('are every route of the reference Worker, by every account against every other one', async () => {
    const covered = new Map(
      routesOf(system).map((kind) => {
        const pairs = attacks.filter(({ route }) => route === kind).map(pairOf);
        return [patternOf(system.routes[kind] ?? NO_ROUTE), new Set(pairs).size];
      }),
    );

    const routes = await workerRoutes();

    expect(routes.length).toBeGreaterThan(5);
    expect(routes.filter((route) => covered.get(route) !== 12)).toEqual([]);
  });

  test('do not have a route that the system lacks, and would be seen to', async () => {
    const covered = routesOf(system)
      .filter((kind) => kind !== 'join')
      .map((kind) => patternOf(system.routes[kind] ?? NO_ROUTE));

    const missing = (await workerRoutes()).filter((route) => !covered.includes(route));

    expect(missing).toEqual(['GET /v1/clients/:/finances']);
  });

  test('leave out what a check leaves out, with a reason', () => {
    const leavesOut = [
      { routes: ['list'], distances: ['other-shard', 'other-deployment'], because: 'as an example' },
    ] as const;

    const some = attacksOf(system, ACCOUNTS, { leavesOut });

    expect(new Set(some.map(({ route }) => route))).not.toContain('list');
    expect(new Set(some.map(pairOf))).toEqual(new Set(['subject neighbour', 'neighbour subject']));
    const reasons = ISOLATION_CHECKS.flatMap((check) => check.leavesOut.map(({ because }) => because));
    expect(reasons.filter((because) => because.length < 10)).toEqual([]);
  });

  test('of a check are never none, and are more than 1,400 altogether', () => {
    const counts = ISOLATION_CHECKS.map(({ leavesOut }) => attacksOf(system, ACCOUNTS, { leavesOut }).length);

    expect(Math.min(...counts)).toBeGreaterThan(0);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(1_400);
  });

  test('of a pair that does the same on both sides are one', () => {
    const symmetric = attacksOf(system, ACCOUNTS, { isSymmetric: true });

    expect(symmetric.length).toBe(attacks.length / 2);
  });

  test('know how far apart their accounts are', () => {
    const distances = attacks.map((attack) => `${pairOf(attack)}: ${distanceOf(attack)}`);

    expect(distances).toEqual(
      expect.arrayContaining([
        'neighbour subject: same-shard',
        'elsewhere neighbour: other-shard',
        'elsewhere dedicated: other-deployment',
      ]),
    );
  });
});

describe('the covering array of the attacks', () => {
  test.each([8, 3, 2, 1])(
    'of %i routes has every two of route, attacker and owner, and each route between those of one shard',
    (count) => {
      const leavesOut = [{ routes: routesOf(system).slice(count), because: 'as an example' }];

      const core = attacksOf(system, ACCOUNTS, { leavesOut, isThinned: true });

      const different = (of: (attack: Attack) => string): number => new Set(core.map(of)).size;
      expect(different(({ route, attacker }) => `${route} ${attacker.id}`)).toBe(count * ACCOUNTS.length);
      expect(different(({ route, owner }) => `${route} ${owner.id}`)).toBe(count * ACCOUNTS.length);
      expect(different(pairOf)).toBe(12);
      const near = core.filter((attack) => distanceOf(attack) === 'same-shard');
      expect(near.length).toBe(2 * count);
      expect(core.length - near.length).toBeLessThanOrEqual(ACCOUNTS.length * Math.max(count, 3));
    },
  );

  test('of two accounts has both directions on every route', () => {
    const both = attacksOf(system, ACCOUNTS.slice(0, 2), { isThinned: true });

    expect(both.length).toBe(2 * routesOf(system).length);
  });
});

describe('covering shares', () => {
  const core = attacksOf(system, ACCOUNTS, { isThinned: true });
  const triedBy = (values: readonly number[], some: readonly Attack[]): number =>
    new Set(some.flatMap((attack) => coveringShare(values, positionOf(attack, core)))).size;

  test('every value meets every route and every attacker', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60 }), (count) => {
        const values = Array.from({ length: count }, (_, index) => index);
        for (const attack of core) {
          const ofRoute = core.filter(({ route }) => route === attack.route);
          const ofAttacker = core.filter(({ attacker }) => attacker === attack.attacker);
          expect([triedBy(values, ofRoute), triedBy(values, ofAttacker)]).toEqual([count, count]);
        }
      }),
      { numRuns: 10 },
    );
  });

  test('between the accounts of one shard every value meets every route', () => {
    const values = Array.from({ length: 36 }, (_, index) => index);
    const near = core.filter((attack) => distanceOf(attack) === 'same-shard');

    for (const route of routesOf(system))
      expect(
        triedBy(
          values,
          near.filter((attack) => attack.route === route),
        ),
      ).toBe(values.length);
  });

  test('give every attack a value: one without would judge nothing', () => {
    const shares = attacks.map((attack) => coveringShare([1], positionOf(attack, attacks)));

    expect(shares.every(({ length }) => length === 1)).toBe(true);
  });

  test('one value for each attack: every value meets every route and every pair of accounts', () => {
    const values = ['a', 'b', 'c', 'd', 'e'];
    const metBy = (some: readonly Attack[]): number =>
      new Set(some.map((attack) => coveringValue(values, positionOf(attack, attacks), 3))).size;

    for (const attack of attacks) {
      expect(metBy(attacks.filter(({ route }) => route === attack.route))).toBe(values.length);
      expect(metBy(attacks.filter((each) => pairOf(each) === pairOf(attack)))).toBe(values.length);
    }
  });
});
