import type { OperationKind, System } from '../../../reference-worker/target/index.ts';
import { ROLES, type Role } from '../../../reference-worker/target/index.ts';

/** Where the other account sits, seen from the subject. */
export type Placement = Exclude<Role, 'subject'>;
export const PLACEMENTS: readonly Placement[] = ROLES.filter((role) => role !== 'subject');

/** One field of the matrix: a kind of request that the subject makes, against an account that sits there. */
export interface Cell {
  readonly route: OperationKind;
  readonly placement: Placement;
}

/** What a vector does not apply to. A kind of request that nobody has thought of yet is never left out. */
export interface LeftOut {
  readonly routes?: readonly OperationKind[];
  readonly placements?: readonly Placement[];
  readonly because: string;
}

/** The cells of a vector: every route of an system against an account in each of the placements. */
export function cellsOf(
  leavesOut: readonly LeftOut[],
  system: Pick<System, 'routes'>,
  placements: readonly Placement[],
): readonly Cell[] {
  return routesOf(system)
    .flatMap((route) => placements.map((placement) => ({ route, placement })))
    .filter(
      ({ route, placement }) =>
        !leavesOut.some(
          ({ routes, placements: places }) => routes?.includes(route) || places?.includes(placement),
        ),
    );
}

/** As `read, neighbour`: how claims name their cell. */
export const nameOf = ({ route, placement }: Cell): string => `${route}, ${placement}`;

export const routesOf = ({ routes }: Pick<System, 'routes'>): readonly OperationKind[] =>
  KINDS.filter((kind) => routes[kind]);

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

/**
 * A share of the cases for each cell, such that the cells of one route together, and those of one placement together,
 * try them all.
 *
 * @param cells of the vector
 * @param turn which share it is; another one gives the cell other cases
 */
export function shareOf<Case>(
  cases: readonly Case[],
  cell: Cell,
  cells: readonly Cell[],
  turn: number,
): readonly Case[] {
  const placements = [...new Set(cells.map(({ placement }) => placement))];
  const routes = [...new Set(cells.map(({ route }) => route))];
  const shares = Math.min(placements.length, routes.length);
  if (cases.length <= shares) return cases;
  const own = (placements.indexOf(cell.placement) + routes.indexOf(cell.route) + turn) % shares;
  return cases.filter((_, index) => index % shares === own);
}
