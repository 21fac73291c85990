import { Problem } from './problem.ts';

/** The collections and their indexed fields: JSON field to generated column (migrations/shared-shards/shard). */
export const collections = {
  groups: { name: 'name' },
  users: { email: 'email', surname: 'surname', groupId: 'group_id' },
  clients: { surname: 'surname', postcode: 'postcode', groupId: 'group_id' },
  finances: { clientId: 'client_id', reviewOn: 'review_on' },
  notes: { clientId: 'client_id', authorId: 'author_id' },
} as const satisfies Record<string, Readonly<Record<string, string>>>;

export type Collection = keyof typeof collections;

export const isCollection = (name: string): name is Collection => Object.hasOwn(collections, name);

/** The generated column behind an indexed field, or undefined when the field is not indexed. */
export const columnOf = (collection: Collection, field: string): string | undefined =>
  Object.entries(collections[collection]).find(([name]) => name === field)?.[1];

/** Ids are safe in a path and in a cache key, where the separator is a colon. */
export const DOCUMENT_ID = /^[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,127}$/;

/** @throws Problem `unknown_collection` */
export function collectionParam(name: string): Collection {
  if (isCollection(name)) return name;
  throw new Problem('unknown_collection', `There is no collection ${name}.`);
}

/** @throws Problem `invalid_id` */
export function idParam(id: string): string {
  if (DOCUMENT_ID.test(id)) return id;
  throw new Problem('invalid_id', 'The id has characters or a length that no document can have.');
}
