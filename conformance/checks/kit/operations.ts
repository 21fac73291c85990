import {
  type Client,
  type DocumentBody,
  type Family,
  familiesOf,
  type Handle,
  type Operation,
  type OperationKind,
  type Resource,
  resourceNamed,
  resourcesWith,
  routeTo,
  type System,
} from '../../../reference-worker/target/index.ts';
import { type Made, store } from './documents.ts';

/** The resources whose documents this kind of request can be made for, and read afterwards. */
export function resourcesFor(system: System, kind: OperationKind): readonly Resource[] {
  const all = resourcesWith(system, { routes: kind === 'join' ? ['read'] : [kind, 'read'] });
  return kind === 'join' ? all.filter(({ name }) => joinFrom(system, name) !== undefined) : all;
}

/** What the route `join` shows together, starting from a document of this resource. */
const joinFrom = (system: System, resource: string): Family | undefined =>
  routeTo(system, 'join', resource) &&
  familiesOf(system, { joined: true }).find(({ parent }) => parent.name === resource);

/** Families one of whose sides is this resource. */
const childrenOf = (system: System, resource: string): readonly Family[] =>
  familiesOf(system).filter(({ parent }) => parent.name === resource);

/** The content of a document that is found by its id in every indexed field, and told by its mark. */
export const bodyOf = (system: System, { resource, id }: Handle, mark: string): DocumentBody => {
  const { document, indexed } = resourceNamed(system, resource);
  return { ...document(mark), ...Object.fromEntries(indexed.map((field) => [field, id])) };
};

/** One request of a kind for a document. */
export function operationOn(
  system: System,
  kind: OperationKind,
  handle: Handle,
  body: DocumentBody = {},
): Operation {
  const [field] = resourceNamed(system, handle.resource).indexed;
  switch (kind) {
    case 'read':
    case 'delete':
      return { kind, ...handle };
    case 'create':
    case 'put':
    case 'patch':
      return { kind, ...handle, body };
    case 'list':
      // All indexed fields of such a document hold its id.
      return { kind, resource: handle.resource, ...(field && { filter: { field, is: handle.id } }) };
    case 'join':
      return { kind, ...handle, child: joinFrom(system, handle.resource)?.child.name ?? '' };
    case 'batch':
      return { kind, writes: [{ kind: 'patch', ...handle, body }] };
  }
}

/** Writes a document by the route that its resource has; where the server makes ids, its answer tells the handle. */
export const storeAt = (client: Client, system: System, handle: Handle, body: DocumentBody): Promise<Made> =>
  store({ target: { system } }, client, resourceNamed(system, handle.resource), { id: handle.id, body });

/** Makes a document that is told by its mark. */
export const makeDocument = (client: Client, system: System, handle: Handle, mark: string): Promise<Made> =>
  storeAt(client, system, handle, bodyOf(system, handle, mark));

/** Makes documents that belong to one, of every resource that has some. @returns their handles */
export async function makeChildren(
  client: Client,
  system: System,
  parent: Handle,
  mark: string,
): Promise<readonly Handle[]> {
  const made: Handle[] = [];
  for (const { child, field } of childrenOf(system, parent.resource)) {
    const handle = { resource: child.name, id: parent.id };
    const body = { ...bodyOf(system, handle, mark), [field]: parent.id };
    made.push((await storeAt(client, system, handle, body)).handle);
  }
  return made;
}
