import type { DocumentBody } from '../operation.ts';
import type { OwnRoutes } from './routes.ts';

/** One kind of document that a Worker stores. */
export interface ResourceInput {
  /** Who makes the ids of its documents; a server tells them in its answers. `client` unless told otherwise. */
  readonly ids?: 'client' | 'server';
  /** The fields that lists can be filtered and sorted by; each holds a string. */
  readonly indexed?: readonly string[];
  /**
   * A field whose value no two documents of an account have, and by which no list is filtered: a second create of one is refused, or
   * answered with the first.
   */
  readonly unique?: string;
  /** Whether a patch adds to what its document holds, as an entry of an array, and takes nothing away. */
  readonly grows?: boolean;
  readonly parent?: Parent;
  /** Members that keep a document from visitors, as a draft's; those of `document` show it to them. */
  readonly hidden?: DocumentBody;
  /** Where it differs from the system's routes. */
  readonly routes?: OwnRoutes;
  /**
   * A small document that the Worker accepts, for checks.
   *
   * @param mark a word that must be in a field that is not indexed, and come back when it is read; unless told otherwise it is
   *   in `content` and in each indexed field. An indexed field that holds the word as it is may hold any text; of one that
   *   holds something else, or something around the word, checks use such values only
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
  /** Those that may hold any text, as far as `document` shows. */
  readonly texts: readonly string[];
  /** A field that is neither indexed nor unique and may hold any text; undefined where `document` shows none. */
  readonly plain: string | undefined;
  /** Those whose value is another one for another word: what documents are found by. */
  readonly telling: readonly string[];
  readonly document: (mark: string) => DocumentBody;
}

/** A resource with what its description leaves out. */
export function resourceOf(
  name: string,
  { ids = 'client', indexed = [], ...given }: ResourceInput,
): Resource {
  const usual = (mark: string): DocumentBody => ({
    ...Object.fromEntries(indexed.map((field) => [field, mark])),
    content: mark,
  });
  const { document = usual } = given;
  const [one, other] = [document('one'), document('other')];
  return {
    ...given,
    ...{ document, name, ids, indexed },
    texts: indexed.filter((field) => one[field] === 'one' && other[field] === 'other'),
    // What is described by its indexed fields alone takes whatever else it is sent.
    plain: given.document
      ? Object.keys(one).find(
          (field) =>
            one[field] === 'one' && other[field] === 'other' && ![...indexed, given.unique].includes(field),
        )
      : 'value',
    telling: indexed.filter((field) => one[field] !== other[field]),
  };
}

/** The values of all indexed fields in a document of a word: what documents of the same word have in common. */
export const indexedValues = (
  { document, indexed }: Pick<Resource, 'document' | 'indexed'>,
  word: string,
): DocumentBody =>
  Object.fromEntries(Object.entries(document(word)).filter(([field]) => indexed.includes(field)));
