import {
  type Asked,
  accountOf,
  Client,
  type DocumentBody,
  type Handle,
  NeedNotMet,
  type Resource,
  routeTo,
  type Shown,
  type Target,
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

/** Whether a document that was written with a mark is shown; it may hold more than was sent. */
export const holds = (shown: Shown | undefined, mark: string): boolean =>
  JSON.stringify(shown?.body ?? null).includes(mark);

/** A document that is there, and the answer to the request that made it. */
export interface Made {
  readonly handle: Handle;
  readonly asked: Asked;
}

/** Makes a document, under the id that is wished for where clients choose ids. */
export async function store(
  { target }: { readonly target: Pick<Target, 'system'> },
  client: Client,
  resource: Resource,
  { id, body }: { readonly id: string; readonly body: DocumentBody },
): Promise<Made> {
  const isPut = resource.ids === 'client' && routeTo(target.system, 'put', resource.name) !== undefined;
  const handle = { resource: resource.name, id };
  const asked = await client.ask({ kind: isPut ? 'put' : 'create', ...handle, body });
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

/** The first indexed field of a resource that was chosen for having one. */
export function indexedFieldOf({ name, indexed }: Resource): string {
  const [field] = indexed;
  if (field === undefined) throw new Error(`${name} has no indexed field: ask for one in resourceWith`);
  return field;
}
