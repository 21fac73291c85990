import type { OperationKind } from '../operation.ts';
import type { Resource } from './resources.ts';
import type { Route } from './routes.ts';
import type { System } from './system.ts';

/** Thrown by a check that learns only while it runs that its target lacks what it needs: it is skipped then, with this sentence. */
export class NeedNotMet extends Error {
  override readonly name = 'NeedNotMet';
}

/** What a check wants of a resource, whatever its name. */
export interface Wanted {
  /** Which kinds of requests it must answer. */
  readonly routes?: readonly OperationKind[];
  /** How many indexed fields that may hold any text it must have at least. */
  readonly indexed?: number;
  /** Who must make its ids. */
  readonly ids?: Resource['ids'];
}

/** A resource with one whose documents belong to its documents. */
export interface Family {
  readonly parent: Resource;
  readonly child: Resource;
  /** The child's indexed field that holds the id of its parent. */
  readonly field: string;
}

type Described = Pick<System, 'name' | 'resources' | 'routes'>;

/** The route by which a resource is asked for, where there is one. */
export function routeTo(
  { resources, routes }: Pick<System, 'resources' | 'routes'>,
  kind: OperationKind,
  resource?: string,
): Route | undefined {
  const own = kind === 'batch' || resource === undefined ? undefined : resources[resource]?.routes?.[kind];
  const route = own === false ? undefined : (own ?? routes[kind]);
  // The route of a kind takes operations of that kind, which the compiler cannot follow through the index.
  return route as Route | undefined;
}

/** @throws Error when the system has no such resource */
export function resourceNamed(
  { name, resources }: Pick<System, 'name' | 'resources'>,
  resource: string,
): Resource {
  const found = resources[resource];
  if (!found)
    throw new Error(`${name} has no resource ${resource}; it has ${Object.keys(resources).join(', ')}`);
  return found;
}

/** All resources that can do what is wanted, in the order of the description; all there are when nothing is. */
export const resourcesWith = (system: Described, wanted: Wanted = {}): readonly Resource[] =>
  Object.values(system.resources).filter(
    ({ name, texts, ids }) =>
      (wanted.routes ?? []).every((kind) => routeTo(system, kind, name) !== undefined) &&
      texts.length >= (wanted.indexed ?? 0) &&
      (wanted.ids === undefined || wanted.ids === ids),
  );

/**
 * The first resource that can do what is wanted.
 *
 * @throws NeedNotMet when there is none
 */
export function resourceWith(system: Described, wanted: Wanted = {}): Resource {
  const [first] = resourcesWith(system, wanted);
  if (first) return first;
  throw new NeedNotMet(`needs a resource with ${phraseOf(wanted)}, and ${system.name} has none`);
}

/** All parents with their children. @param joined whether only those that the route `join` shows together */
export const familiesOf = (system: Described, { joined = false } = {}): readonly Family[] =>
  Object.values(system.resources).flatMap((child) => {
    const parent = child.parent && system.resources[child.parent.resource];
    if (!child.parent || !parent) return [];
    if (joined && !(child.parent.joined && routeTo(system, 'join', parent.name))) return [];
    return [{ parent, child, field: child.parent.field }];
  });

/**
 * The first parent with its child.
 *
 * @throws NeedNotMet when there is none
 */
export function familyOf(system: Described, { joined = false } = {}): Family {
  const [first] = familiesOf(system, { joined });
  if (first) return first;
  throw new NeedNotMet(
    `needs a resource whose documents belong to others${joined ? ' and are shown with them' : ''}, and ${system.name} has none`,
  );
}

function phraseOf({ routes = [], indexed = 0, ids }: Wanted): string {
  const parts = [
    ...(routes.length > 0 ? [`routes for ${routes.join(', ')}`] : []),
    ...(indexed > 0 ? [`${indexed} indexed fields or more that may hold any text`] : []),
    ...(ids ? [`ids that the ${ids} makes`] : []),
  ];
  return parts.join(', and ') || 'documents';
}
