import {
  type AccountPlan,
  buildVocabulary,
  canaryOf,
  clientId,
  searchTerms,
  userId,
} from '../../../fixtures/index.ts';
import { system } from '../../../reference-worker/shared-shards/system.ts';
import type { Answer, Create, List, Operation, Patch } from '../../../reference-worker/target/index.ts';
import type { OperationName } from '../../k6/plan.ts';

/** Asks for a step of the journey, and returns the answer. */
export type Take = (step: OperationName, operation: Operation) => Promise<Answer>;

/**
 * The search box with the hottest surname of the account: its page is full. In an account of 5 GB so are those of all
 * 120 terms that the journey searches for (counted in the standard data set).
 */
export function hottestSearch(plan: AccountPlan): List {
  const [term] = searchTerms(plan, buildVocabulary(), 1);
  if (!term) throw new Error(`${plan.account} has no search terms.`);
  const { field, prefix } = term;
  return { kind: 'list', resource: 'clients', filter: { field, prefix }, limit: 10 };
}

/**
 * Every operation of the journey once, with the requests that `../../k6/steps.ts` makes; that module runs in k6 only.
 *
 * @param search see `hottestSearch`
 * @param index of the client, from 0; also chooses the user
 */
export async function walk(take: Take, plan: AccountPlan, search: List, index: number): Promise<void> {
  const user = userId(index % plan.users);
  const client = { resource: 'clients', id: clientId(index) } as const;
  const notes: List = {
    ...{ kind: 'list', resource: 'notes', sort: '-id', limit: 10 },
    filter: { field: 'clientId', is: client.id },
  };
  await take('sign-in', { kind: 'read', resource: 'users', id: user });
  await take('sign-in', { kind: 'list', resource: 'groups', sort: 'name', limit: 20 });
  await take('search-clients', search);
  const opened = await take('open-client', { kind: 'read', ...client });
  await take('open-finances', { kind: 'join', ...client, child: 'finances' });
  await take('list-notes', notes);
  await take('edit-client', edit(plan.account, client.id, user, opened.documents[0]?.version ?? 0));
  await take('read-back-client', { kind: 'read', ...client });
  await take('add-note', note(plan.account, client.id, user, 0));
  await take('read-back-notes', notes);
}

/** Changes a client that is at this version. */
export const edit = (account: string, id: string, user: string, version: number): Patch => ({
  ...{ kind: 'patch', resource: 'clients', id },
  ...(system.request.etagOf && { ifMatch: system.request.etagOf(version) }),
  body: {
    canary: canaryOf({ account, collection: 'clients', id, version: version + 1 }),
    editedBy: user,
    editMark: markOf(version),
  },
});

/** @param number tells the notes of one client apart */
export function note(account: string, client: string, user: string, number: number): Create {
  const id = `${client.replace('cl-', 'no-')}-z${markOf(number)}`;
  const body = {
    canary: canaryOf({ account, collection: 'notes', id, version: 1 }),
    clientId: client,
    authorId: user,
    subject: 'Telephone call',
    text: 'The client called about the annual review. Figures were confirmed and a meeting was arranged.',
    createdAt: '2026-11-02T09:30:00.000Z',
  };
  return { kind: 'create', resource: 'notes', id, body };
}

/** As long as the marks of `../../k6/user.ts`. */
const markOf = (number: number): string => `mhtk3m00-xx-${number.toString(36)}`;
