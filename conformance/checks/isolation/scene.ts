import { COLLECTIONS, system as sharedShards } from '../../../reference-worker/shared-shards/system.ts';
import {
  accountOf,
  type Body,
  Client,
  type Exchange,
  ROLES,
  type Role,
  resourceNamed,
  type TestAccount,
} from '../../../reference-worker/target/index.ts';
import type { Context } from '../check.ts';
import type { Place } from './sample.ts';

export interface SceneDocument extends Place {
  readonly body: Body;
}

/**
 * Documents of every account, laid out once per run and only read afterwards: three in each resource, two of them
 * under ids that every account has, with the same values in all indexed fields and different content (rule of
 * evidence 3). No two accounts have the same version of the document that they share.
 */
export interface Scene {
  /** For reading the scene: its session has seen all of it. */
  client(role: Role): Client;
  /** An id that every account has, in every resource. */
  readonly sharedId: string;
  /** An id that only this account has, in every resource. */
  onlyId(role: Role): string;
  /** An id that no account has. */
  readonly vacantId: string;
  /** What all values of all indexed fields begin with, in all accounts. */
  readonly prefix: string;
  documents(role: Role, resource: string): readonly SceneDocument[];
  /** What the content of every document of this account holds, here and in the vectors' own documents. */
  secretOf(role: Role): string;
}

export const sceneOf = (context: Context): Promise<Scene> =>
  context.once('isolation/scene', () => layOut(context));

async function layOut({ target, seed }: Context): Promise<Scene> {
  const roles = ROLES.filter((role) => target.accounts.some((account) => account.role === role));
  const clients = new Map(roles.map((role) => [role, new Client(target, accountOf(target, role))]));
  const scene = described(`${target.idPrefix ?? ''}scene-${seed}-`, (role) => {
    const client = clients.get(role);
    if (!client) throw new Error(`the scene has no account in the role ${role}`);
    return client;
  });
  await Promise.all(
    roles.map(async (role) => {
      const client = scene.client(role);
      // One after another: the session must end at the newest position.
      for (const document of COLLECTIONS.flatMap((resource) => scene.documents(role, resource))) {
        const repeats = document.id === scene.sharedId ? 1 + ROLES.indexOf(role) : 1;
        for (let version = 0; version < repeats; version++) await client.ask({ kind: 'put', ...document });
      }
    }),
  );
  return scene;
}

/** @param word what all ids and values begin with */
function described(word: string, client: Scene['client']): Scene {
  const onlyId = (role: Role): string => `${word}only-${role}`;
  const secretOf = (role: Role): string => `${word}secret-of-${role}`;
  const ids = (role: Role): readonly string[] => [`${word}all`, onlyId(role), `${word}shared`];
  return {
    client,
    onlyId,
    secretOf,
    sharedId: `${word}shared`,
    vacantId: `${word}vacant`,
    prefix: word,
    documents: (role, resource) =>
      ids(role).map((id, rank) => {
        // A join starts from a client's id; all other fields put the middle one first.
        const held = (field: string) => (field === 'clientId' ? id : `${word}${'bac'[rank]}`);
        const fields = resourceNamed(sharedShards, resource).indexed.map((field) => [field, held(field)]);
        return { resource, id, body: { ...Object.fromEntries(fields), secret: secretOf(role) } };
      }),
  };
}

/** What of other accounts a response shows that was not in its own request. */
export function leaksIn(
  { request, response }: Exchange,
  scene: Scene,
  accounts: readonly TestAccount[],
  reader: Role = 'subject',
): readonly string[] {
  const sent = JSON.stringify(request);
  const received = JSON.stringify([response.headers, response.body]);
  return accounts
    .filter(({ role }) => role !== reader)
    .flatMap(({ role }) => [scene.secretOf(role), scene.onlyId(role)])
    .filter((mark) => received.includes(mark) && !sent.includes(mark));
}
