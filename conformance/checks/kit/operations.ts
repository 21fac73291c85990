import {
  type Client,
  type DocumentBody,
  encode,
  type Family,
  familiesOf,
  type Handle,
  indexedValues,
  type Operation,
  type OperationKind,
  type Resource,
  resourceNamed,
  resourcesWith,
  routeTo,
  type System,
} from '../../../reference-worker/target/index.ts';
import { type Made, ownValue, store } from './documents.ts';

/** The resources whose documents this kind of request can be made for, and read afterwards. */
export function resourcesFor(system: System, kind: OperationKind): readonly Resource[] {
  const all = resourcesWith(system, { routes: kind === 'join' ? ['read'] : [kind, 'read'] });
  if (kind === 'join') return all.filter(({ name }) => joinFrom(system, name) !== undefined);
  return kind === 'batch' ? all.filter(({ name }) => changeOf(system, name) !== undefined) : all;
}

/** How a document that is there is changed. */
const changeOf = (system: System, resource: string): 'patch' | 'put' | undefined =>
  (['patch', 'put'] as const).find((kind) => routeTo(system, kind, resource) !== undefined);

/** What the route `join` shows together, starting from a document of this resource. */
const joinFrom = (system: System, resource: string): Family | undefined =>
  familiesOf(system, { joined: true }).find(({ parent }) => parent.name === resource);

/** Families one of whose sides is this resource. */
const childrenOf = (system: System, resource: string): readonly Family[] =>
  familiesOf(system).filter(({ parent }) => parent.name === resource);

/** The content of a document that is found by its id in its indexed fields, and told by its mark. */
export const bodyOf = (system: System, { resource, id }: Handle, mark: string): DocumentBody => {
  const described = resourceNamed(system, resource);
  return { ...described.document(mark), ...indexedValues(described, id), ...ownValue(described, id) };
};

/** One request of a kind for a document. */
export function operationOn(
  system: System,
  kind: OperationKind,
  handle: Handle,
  body: DocumentBody = {},
): Operation {
  const described = resourceNamed(system, handle.resource);
  const [field] = described.telling;
  switch (kind) {
    case 'read':
    case 'delete':
      return { kind, ...handle };
    case 'create':
    case 'put':
    case 'patch':
      return { kind, ...handle, body };
    case 'list':
      return {
        ...{ kind, resource: handle.resource },
        ...(field && { filter: { field, is: String(described.document(handle.id)[field]) } }),
      };
    case 'join':
      return { kind, ...handle, child: joinFrom(system, handle.resource)?.child.name ?? '' };
    case 'batch':
      return { kind, writes: [{ kind: changeOf(system, handle.resource) ?? 'patch', ...handle, body }] };
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

/** Whether lists are asked for by a prefix in another way than by a value: else a Worker has no lists by prefix. */
export function hasPrefixLists(system: System, { name, texts }: Resource): boolean {
  const [field] = texts;
  if (field === undefined || !routeTo(system, 'list', name)) return false;
  const list = { kind: 'list', resource: name } as const;
  const [byPrefix, byValue] = [
    { field, prefix: 'x' },
    { field, is: 'x' },
  ].map((filter) => encode(system, { ...list, filter }));
  return byPrefix?.path !== byValue?.path;
}
