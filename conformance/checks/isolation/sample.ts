import { system as sharedShards } from '../../../reference-worker/shared-shards/system.ts';
import {
  type Body,
  type Operation,
  type OperationKind,
  resourceNamed,
} from '../../../reference-worker/target/index.ts';

/** A document's place. */
export interface Place {
  readonly resource: string;
  readonly id: string;
}

/** An operation of every kind on one document; the compiler asks for one where a kind is added. */
const samples: Readonly<Record<OperationKind, (place: Place, body: Body) => Operation>> = {
  read: (place) => ({ kind: 'read', ...place }),
  // All indexed fields of a sample document hold its id.
  list: ({ resource, id }) => ({
    kind: 'list',
    resource,
    filter: { field: resourceNamed(sharedShards, resource).indexed[0] ?? '', is: id },
  }),
  join: ({ id }) => ({ kind: 'join', resource: 'clients', child: 'finances', id }),
  create: (place, body) => ({ kind: 'create', ...place, body }),
  put: (place, body) => ({ kind: 'put', ...place, body }),
  patch: (place, body) => ({ kind: 'patch', ...place, body }),
  delete: (place) => ({ kind: 'delete', ...place }),
  batch: (place, body) => ({ kind: 'batch', writes: [{ kind: 'patch', ...place, body }] }),
};

export const sampleOf = (kind: OperationKind, place: Place, body: Body): Operation =>
  samples[kind](place, body);

/** The content of a sample document: found by its id in every indexed field, and told by its secret. */
export const sampleBody = ({ resource, id }: Place, secret: string): Body => ({
  ...Object.fromEntries(resourceNamed(sharedShards, resource).indexed.map((field) => [field, id])),
  secret,
});

/** Where a kind of request needs its document: a join starts from a client. */
export const collectionFor = (kind: OperationKind, drawn: string): string =>
  kind === 'join' ? 'clients' : drawn;
