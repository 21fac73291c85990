import {
  type Asked,
  accountOf,
  Client,
  type DocumentBody,
  type Handle,
  NeedNotMet,
  type Resource,
  resourcesWith,
  routeTo,
  type Shown,
  type System,
  type Target,
  type Wanted,
} from '../../../reference-worker/target/index.ts';
import type { Context } from '../check.ts';

/** A small document that the Worker takes, with values of its own in some members. */
export const documentBody = (
  { document }: Resource,
  mark: string,
  members: DocumentBody = {},
): DocumentBody => ({
  ...document(mark),
  ...members,
});

/** What no other document has in the field that is unique: the id that was wished for. */
export const ownValue = ({ unique }: Resource, id: string): DocumentBody =>
  unique === undefined ? {} : { [unique]: id };

/** Whether a document that was written with a mark is shown; it may hold more than was sent. */
export const holds = (shown: Shown | undefined, mark: string): boolean =>
  JSON.stringify(shown?.body ?? null).includes(mark);

/** A document that is there, and the answer to the request that made it. */
export interface Made {
  readonly handle: Handle;
  readonly asked: Asked;
}

/** How documents of a resource are made: at the id that is wished for, or by a route that makes it. */
export const makerOf = (system: System, { name, ids }: Resource): 'put' | 'create' | undefined => {
  if (ids === 'client' && routeTo(system, 'put', name)) return 'put';
  return routeTo(system, 'create', name) ? 'create' : undefined;
};

/** The first resource that can do what is wanted, and whose documents can be made. @throws NeedNotMet when there is none */
export function storedResource(system: System, wanted: Wanted = {}): Resource {
  const found = resourcesWith(system, wanted).find((resource) => makerOf(system, resource));
  if (found) return found;
  throw new NeedNotMet(
    `needs a resource whose documents can be made, with routes for ${(wanted.routes ?? []).join(', ') || 'that'}, and ${system.name} has none`,
  );
}

/** Makes a document, under the id that is wished for where clients choose ids. */
export async function store(
  { target }: { readonly target: Pick<Target, 'system'> },
  client: Client,
  resource: Resource,
  { id, body: given }: { readonly id: string; readonly body: DocumentBody },
): Promise<Made> {
  const body = { ...given, ...ownValue(resource, id) };
  const handle = { resource: resource.name, id };
  const kind = makerOf(target.system, resource) ?? 'create';
  const asked = await client.ask({ kind, ...handle, body });
  return { handle: { ...handle, id: asked.answer.documents[0]?.id ?? id }, asked };
}

/** Whether documents of a resource may hold members that its description does not name. Asked once. */
export const takesAnyMember = (context: Context, resource: Resource): Promise<boolean> =>
  context.once(`any member of ${resource.name}`, async () => {
    const client = new Client(context.target, accountOf(context.target, 'subject'));
    const body = documentBody(resource, context.unique('any'), { anything: { a: [1, null, true] } });
    const { handle, asked } = await store(context, client, resource, {
      id: context.unique('any'),
      body,
    });
    if (asked.answer.outcome !== 'ok') return false;
    const { answer } = await client.ask({ kind: 'read', ...handle });
    return JSON.stringify(answer.documents[0]?.body?.anything) === JSON.stringify(body.anything);
  });

/** @throws NeedNotMet where documents hold nothing but what their description names */
export async function needAnyMember(context: Context, resource: Resource): Promise<void> {
  if (await takesAnyMember(context, resource)) return;
  throw new NeedNotMet(
    `needs documents that may hold members of any name, and ${context.target.system.name} has a schema for ${resource.name}`,
  );
}

/** The first indexed field that may hold any text, of a resource that was chosen for having one. */
export function indexedFieldOf({ name, texts }: Resource): string {
  const [field] = texts;
  if (field === undefined)
    throw new Error(`${name} has no indexed field of any text: ask for one in resourceWith`);
  return field;
}
