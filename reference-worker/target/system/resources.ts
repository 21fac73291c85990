import type { DocumentBody } from '../operation.ts';
import type { OwnRoutes } from './routes.ts';

/** One kind of document that a Worker stores. */
export interface ResourceInput {
  /** Who makes the ids of its documents; a server tells them in its answers. `client` unless told otherwise. */
  readonly ids?: 'client' | 'server';
  /** The fields that lists can be filtered and sorted by; each holds a string. */
  readonly indexed?: readonly string[];
  /** The one of them whose value no two documents of an account have: a second create of one is refused, or answered with the first. */
  readonly unique?: string;
  /** Whether a patch adds to what its document holds, as an entry of an array, and takes nothing away. */
  readonly grows?: boolean;
  readonly parent?: Parent;
  /** Where it differs from the system's routes. */
  readonly routes?: OwnRoutes;
  /**
   * A small document that the Worker accepts, for checks.
   *
   * @param mark a word that must be in a field that is not indexed, and come back when it is read; unless told otherwise it is
   *   in `content` and in each indexed field
   */
  readonly document?: (mark: string) => DocumentBody;
}

export interface Parent {
  /** The name of its resource. */
  readonly resource: string;
  /** The indexed field that holds the parent's id. */
  readonly field: string;
  /** Whether the `join` route shows a parent with these children. */
  readonly joined?: boolean;
}

export interface Resource extends ResourceInput {
  readonly name: string;
  readonly ids: 'client' | 'server';
  readonly indexed: readonly string[];
  readonly document: (mark: string) => DocumentBody;
}

/** A resource with what its description leaves out. */
export function resourceOf(
  name: string,
  { ids = 'client', indexed = [], ...given }: ResourceInput,
): Resource {
  const document = (mark: string): DocumentBody => ({
    ...Object.fromEntries(indexed.map((field) => [field, mark])),
    content: mark,
  });
  return { document, ...given, name, ids, indexed };
}
