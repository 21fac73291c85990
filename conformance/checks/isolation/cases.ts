import type {
  OperationKind,
  Resource,
  Role,
  System,
  TestAccount,
} from '../../../reference-worker/target/index.ts';
import { resourcesFor } from './documents.ts';

/** How far apart two accounts are kept: what they share is where a leak between them can be. */
export type Distance = 'same-shard' | 'other-shard' | 'other-deployment';

/** Who reaches for whose documents, and by what kind of request. */
export interface Attack {
  readonly route: OperationKind;
  readonly attacker: TestAccount;
  readonly owner: TestAccount;
}

/** Whether a check can be tried on a resource by a kind of request. */
export type Suits = (resource: Resource, route: OperationKind, system: System) => boolean;

/** What a check does not apply to. A kind of request that nobody has thought of yet is never left out. */
export interface LeftOut {
  readonly routes?: readonly OperationKind[];
  readonly distances?: readonly Distance[];
  readonly because: string;
}

/**
 * Every route of a system, by every account against every other one: what is wrong in one direction only (an account
 * that sorts behind the other one, whose name the other's begins with) shows in one direction only.
 *
 * @param suits which resources a route can be tried on
 * @param isSymmetric whether both accounts of a pair do the same, so that each pair is one attack
 */
export function attacksOf(
  leavesOut: readonly LeftOut[],
  system: System,
  accounts: readonly TestAccount[],
  isSymmetric = false,
  suits: Suits = () => true,
): readonly Attack[] {
  const pairs = accounts.flatMap((attacker, index) =>
    accounts
      .filter((owner, at) => (isSymmetric ? at > index : owner !== attacker))
      .map((owner) => ({ attacker, owner })),
  );
  return routesOf(system, suits)
    .flatMap((route) => pairs.map((pair) => ({ route, ...pair })))
    .filter(
      (attack) =>
        !leavesOut.some(
          ({ routes, distances }) =>
            routes?.includes(attack.route) || distances?.includes(distanceOf(attack)),
        ),
    );
}

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

/** Where an attack stands among those of its check: which of the routes, and which of the pairs of accounts. */
export interface Position {
  readonly route: number;
  readonly pair: number;
  /** How many shares cover every value with every route and with every pair of accounts. */
  readonly shares: number;
}

export function positionOf(attack: Attack, attacks: readonly Attack[]): Position {
  const pairOf = ({ attacker, owner }: Attack): string => `${attacker.id} ${owner.id}`;
  const routes = [...new Set(attacks.map(({ route }) => route))];
  const pairs = [...new Set(attacks.map(pairOf))];
  return {
    route: routes.indexOf(attack.route),
    pair: pairs.indexOf(pairOf(attack)),
    shares: Math.min(routes.length, pairs.length),
  };
}

/**
 * The rows of a covering array of strength two that belong to one attack: all attacks on one route together try every
 * value, and so do all attacks of one pair of accounts. No attack is left without a value.
 */
export function coveringShare<Value>(
  values: readonly Value[],
  { route, pair, shares }: Position,
): readonly Value[] {
  if (values.length <= shares) return values;
  return values.filter((_, index) => index % shares === (route + pair) % shares);
}

/** One value for an attack, such that every value meets every route and every pair, where there are as many of them. */
export function coveringValue<Value>(
  values: readonly Value[],
  { route, pair }: Position,
  seed: number,
): Value {
  const value = values[(route + pair + seed) % values.length];
  if (value === undefined) throw new Error('there is no value to choose from');
  return value;
}
