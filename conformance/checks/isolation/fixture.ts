import {
  Client,
  type DocumentBody,
  type Exchange,
  existingIn,
  type Handle,
  indexedValues,
  type Resource,
  resourcesWith,
  type TestAccount,
} from '../../../reference-worker/target/index.ts';
import type { Context } from '../check.ts';
import { storeAt } from '../kit/index.ts';

export interface FixtureDocument extends Handle {
  readonly body: DocumentBody;
}

/**
 * Documents of every account, made once per run and only read afterwards: three of each resource, two of them under ids
 * that every account has, wherever clients choose ids, with the same values in all indexed fields and different content
 * (rule of evidence 3). No two accounts have the same version of the document that they share.
 */
export interface Fixture {
  /** For reading the fixture: its session has seen all of it. */
  client(account: TestAccount): Client;
  /** What all values of all indexed fields begin with, in all accounts, and all ids. */
  readonly prefix: string;
  documents(account: TestAccount, resource: string): readonly FixtureDocument[];
  /** What the content of every document of this account holds, here and in the checks' own documents. */
  markOf(account: TestAccount): string;
  /** What of other accounts a response shows to its reader that was not in its own request. */
  leaksIn(exchange: Exchange, reader: TestAccount, owners?: readonly TestAccount[]): readonly string[];
}

export const fixtureOf = (context: Context): Promise<Fixture> =>
  context.once('isolation/fixture', () => make(context));

async function make({ target, seed }: Context): Promise<Fixture> {
  const { accounts, system } = target;
  const word = `${target.idPrefix ?? ''}fixture-${seed}-`;
  // No mark may begin so: fields that a check leaves alone hold one.
  const prefix = `${word}value-`;
  const clients = new Map(accounts.map((account) => [account, new Client(target, account)]));
  const made = new Map<string, FixtureDocument[]>();
  // By letters: a mark that another one begins with would be found in it.
  const onlyId = (account: TestAccount): string => `${prefix}only-${letterOf(accounts, account)}`;
  const markOf = (account: TestAccount): string => `${word}mark-${letterOf(accounts, account)}`;
  await Promise.all(
    [...clients].map(async ([account, client], index) => {
      // One after another: the session must end at the newest position.
      for (const resource of resourcesWith(system, { routes: ['read'] })) {
        const documents: FixtureDocument[] = [];
        for (const [rank, id] of [`${prefix}all`, onlyId(account), `${prefix}shared`].entries()) {
          const value = `${prefix}${'bac'[rank]}`;
          const body = bodyIn(resource, { id, value, mark: markOf(account) });
          const repeats = rank === 2 && resource.ids === 'client' ? 1 + index : 1;
          let handle: Handle = { resource: resource.name, id };
          for (let version = 0; version < repeats; version++)
            handle = (await storeAt(client, system, handle, body)).handle;
          documents.push({ ...handle, body });
        }
        made.set(`${account.id} ${resource.name}`, documents);
      }
    }),
  );
  return {
    client(account) {
      const client = clients.get(account);
      if (!client) throw new Error(`the fixture has no account ${account.id}`);
      return client;
    },
    prefix,
    documents: (account, resource) => made.get(`${account.id} ${resource}`) ?? [],
    markOf,
    leaksIn({ request, response }, reader, owners = accounts) {
      const sent = JSON.stringify(request);
      const received = JSON.stringify([response.headers, response.body]);
      return owners
        .filter((owner) => owner !== reader)
        .flatMap((owner) => [markOf(owner), onlyId(owner)])
        .filter((mark) => received.includes(mark) && !sent.includes(mark));
    },
  };
}

/** What belongs to others names a document of the same id; all other fields put the middle one first. */
function bodyIn(
  resource: Resource,
  { id, value, mark }: { readonly id: string; readonly value: string; readonly mark: string },
): DocumentBody {
  const { document, parent } = resource;
  const own = document(mark);
  // Not of one that must name a document which is there.
  const named = parent && existingIn(String(own[parent.field])).size === 0 && { [parent.field]: id };
  return { ...own, ...indexedValues(resource, value), ...named };
}

/** Short, and none the beginning of another, whatever the accounts are called. */
export const letterOf = (accounts: readonly TestAccount[], account: TestAccount): string =>
  'abcdefghijklmnop'[accounts.indexOf(account)] ?? 'z';
