import type {
  OperationKind,
  Resource,
  Role,
  System,
  TestAccount,
} from '../../../reference-worker/target/index.ts';
import { resourcesFor } from '../kit/index.ts';

/** How far apart two accounts are kept: what they share is where a leak between them can be. */
export type Distance = 'same-shard' | 'other-shard' | 'other-deployment';

/** Who reaches for whose documents, and by what kind of request. */
export interface Attack {
  readonly route: OperationKind;
  readonly attacker: TestAccount;
  readonly owner: TestAccount;
  /** Whether it is one of those that cover every route with every attacker and every owner, and every pair. */
  readonly isCore: boolean;
}

/** Whether a check can be tried on a resource by a kind of request. */
export type Suits = (resource: Resource, route: OperationKind, system: System) => boolean;

/** What a check does not apply to. A kind of request that nobody has thought of yet is never left out. */
export interface LeftOut {
  readonly routes?: readonly OperationKind[];
  readonly distances?: readonly Distance[];
  readonly because: string;
}

export interface AttackOptions {
  readonly leavesOut?: readonly LeftOut[];
  /** Which resources a route can be tried on; all unless told otherwise. */
  readonly suits?: Suits;
  /** Whether both accounts of a pair do the same, so that each pair is one attack. */
  readonly isSymmetric?: boolean;
  /** Whether only a covering array of the attacks is made: see `isInArray`. */
  readonly isThinned?: boolean;
}

/**
 * Every route of a system, by every account against every other one: what is wrong in one direction only (an account
 * that sorts behind the other one, whose name the other's begins with) shows in one direction only.
 */
export function attacksOf(
  system: System,
  accounts: readonly TestAccount[],
  { leavesOut = [], suits, isSymmetric = false, isThinned = false }: AttackOptions = {},
): readonly Attack[] {
  const pairs = accounts.flatMap((attacker, index) =>
    accounts
      .filter((owner, at) => (isSymmetric ? at > index : owner !== attacker))
      .map((owner) => ({ attacker, owner })),
  );
  const routes = routesOf(system, suits).filter(
    (route) => !leavesOut.some((each) => each.routes?.includes(route)),
  );
  return routes
    .flatMap((route, index) =>
      pairs.map(({ attacker, owner }) => {
        const shift =
          (accounts.indexOf(owner) - accounts.indexOf(attacker) + accounts.length) % accounts.length;
        const isCore =
          isSymmetric ||
          // Between them are nothing but predicates, so that no route may leave one of the two directions out.
          distanceOf({ attacker, owner }) === 'same-shard' ||
          isInArray(index, routes.length, shift - 1, accounts.length - 1);
        return { route, attacker, owner, isCore };
      }),
    )
    .filter(
      (attack) =>
        (attack.isCore || !isThinned) &&
        !leavesOut.some(({ distances }) => distances?.includes(distanceOf(attack))),
    );
}

/**
 * Whether an attack is in a covering array of strength two over routes, attackers and owners: on each route every account
 * attacks once and is attacked once, by as many steps through the accounts as the route says, and all routes together
 * (where there are fewer of them than steps: each of them several times) have every pair in both directions.
 */
const isInArray = (route: number, routes: number, step: number, steps: number): boolean =>
  routes >= steps ? route % steps === step : step % routes === route;

export function distanceOf({ attacker, owner }: Pick<Attack, 'attacker' | 'owner'>): Distance {
  const roles: readonly Role[] = [attacker.role, owner.role];
  if (roles.includes('dedicated')) return 'other-deployment';
  return roles.includes('elsewhere') ? 'other-shard' : 'same-shard';
}

/** The kinds of requests that the system answers for some resource. */
export const routesOf = (system: System, suits: Suits = () => true): readonly OperationKind[] =>
  KINDS.filter((kind) => resourcesFor(system, kind).some((resource) => suits(resource, kind, system)));

/** The compiler asks for every kind there is. */
const IS_KIND: Readonly<Record<OperationKind, true>> = {
  read: true,
  list: true,
  join: true,
  create: true,
  put: true,
  patch: true,
  delete: true,
  batch: true,
};
const isKind = (name: string): name is OperationKind => Object.hasOwn(IS_KIND, name);
const KINDS: readonly OperationKind[] = Object.keys(IS_KIND).filter(isKind);

/** Every kind of request but these. */
export const routesExcept = (...kept: readonly OperationKind[]): readonly OperationKind[] =>
  KINDS.filter((kind) => !kept.includes(kind));

/** Where an attack stands among those of its check. */
export interface AttackPosition {
  readonly route: number;
  readonly attacker: number;
  readonly pair: number;
  readonly isCore: boolean;
  /** How many shares cover every value with every route and with every attacker; among accounts of one shard by themselves. */
  readonly shares: number;
}

export function positionOf(attack: Attack, attacks: readonly Attack[]): AttackPosition {
  const pairOf = ({ attacker, owner }: Attack): string => `${attacker.id} ${owner.id}`;
  const routes = [...new Set(attacks.map(({ route }) => route))];
  const attackers = [...new Set(attacks.map(({ attacker }) => attacker))];
  const pairs = [...new Set(attacks.map(pairOf))];
  const isNear = distanceOf(attack) === 'same-shard';
  const near = [
    ...new Set(attacks.filter((each) => distanceOf(each) === 'same-shard').map(({ attacker }) => attacker)),
  ];
  return {
    route: routes.indexOf(attack.route),
    attacker: (isNear ? near : attackers).indexOf(attack.attacker),
    pair: pairs.indexOf(pairOf(attack)),
    isCore: attack.isCore,
    shares: Math.min(routes.length, (isNear ? near : attackers).length),
  };
}

/**
 * The rows of a covering array of strength two that belong to one attack: all attacks on one route together try every
 * value, and so do all attacks of one account. No attack is left without a value.
 */
export function coveringShare<Value>(
  values: readonly Value[],
  { route, attacker, shares }: Pick<AttackPosition, 'route' | 'attacker' | 'shares'>,
): readonly Value[] {
  if (values.length <= shares) return values;
  return values.filter((_, index) => index % shares === (route + attacker) % shares);
}

/** One value for an attack, such that every value meets every route and every pair, where there are as many of them. */
export function coveringValue<Value>(
  values: readonly Value[],
  { route, pair }: AttackPosition,
  seed: number,
): Value {
  const value = values[(route + pair + seed) % values.length];
  if (value === undefined) throw new Error('there is no value to choose from');
  return value;
}
