import {
  type Body,
  type Collection,
  INDEXED_FIELDS,
  type Operation,
  type OperationKind,
} from '../../../reference-worker/target/contract/index.ts';

/** A document's place. */
export interface Place {
  readonly collection: Collection;
  readonly id: string;
}

/** An operation of every kind on one document; the compiler asks for one where a kind is added. */
const samples: Readonly<Record<OperationKind, (place: Place, body: Body) => Operation>> = {
  read: (place) => ({ kind: 'read', ...place }),
  // All indexed fields of a sample document hold its id.
  list: ({ collection, id }) => ({
    kind: 'list',
    collection,
    filter: { field: INDEXED_FIELDS[collection][0] ?? '', is: id },
  }),
  join: ({ id }) => ({ kind: 'join', clientId: id }),
  create: (place, body) => ({ kind: 'create', ...place, body }),
  put: (place, body) => ({ kind: 'put', ...place, body }),
  patch: (place, body) => ({ kind: 'patch', ...place, body }),
  delete: (place) => ({ kind: 'delete', ...place }),
  batch: (place, body) => ({ kind: 'batch', writes: [{ kind: 'patch', ...place, body }] }),
};

export const sampleOf = (kind: OperationKind, place: Place, body: Body): Operation =>
  samples[kind](place, body);

/** The content of a sample document: found by its id in every indexed field, and told by its secret. */
export const sampleBody = ({ collection, id }: Place, secret: string): Body => ({
  ...Object.fromEntries(INDEXED_FIELDS[collection].map((field) => [field, id])),
  secret,
});

/** Where a kind of request needs its document: a join starts from a client. */
export const collectionFor = (kind: OperationKind, drawn: Collection): Collection =>
  kind === 'join' ? 'clients' : drawn;
