import {
  type AccountPlan,
  buildVocabulary,
  canaryOf,
  clientId,
  searchTerms,
  userId,
} from '../../../fixtures/index.ts';
import type { OperationName } from '../../k6/plan.ts';
import type { Request } from './metered-worker.ts';

/** Sends a request of that operation, and returns the body of its answer. */
export type Take = (operation: OperationName, request: Request) => Promise<string>;

const get = (path: string): Request => ({ method: 'GET', path });

/**
 * The search box with the hottest surname of the account: its page is full. In an account of 5 GB so are those of all
 * 120 terms that the journey searches for (counted in the standard data set).
 */
export function hottestSearch(plan: AccountPlan): Request {
  const [term] = searchTerms(plan, buildVocabulary(), 1);
  if (!term) throw new Error(`${plan.account} has no search terms.`);
  return get(`/v1/clients?${term.field}.prefix=${term.prefix}&limit=10`);
}

/**
 * Every operation of the journey once, with the requests that `../../k6/steps.ts` makes; that module runs in k6 only.
 *
 * @param search see `hottestSearch`
 * @param index of the client, from 0; also chooses the user
 */
export async function walk(take: Take, plan: AccountPlan, search: Request, index: number): Promise<void> {
  const user = userId(index % plan.users);
  const client = clientId(index);
  const notes = get(`/v1/notes?clientId=${client}&sort=-id&limit=10`);
  await take('sign-in', get(`/v1/users/${user}`));
  await take('sign-in', get('/v1/groups?sort=name&limit=20'));
  await take('search-clients', search);
  const { _version: version } = JSON.parse(await take('open-client', get(`/v1/clients/${client}`)));
  await take('open-finances', get(`/v1/clients/${client}/finances`));
  await take('list-notes', notes);
  await take('edit-client', edit(plan.account, client, user, version));
  await take('read-back-client', get(`/v1/clients/${client}`));
  await take('add-note', note(plan.account, client, user, 0));
  await take('read-back-notes', notes);
}

/** Changes a client that is at this version. */
export const edit = (account: string, id: string, user: string, version: number): Request => ({
  method: 'PATCH',
  path: `/v1/clients/${id}`,
  ifVersion: version,
  body: {
    body: {
      canary: canaryOf({ account, collection: 'clients', id, version: version + 1 }),
      editedBy: user,
      editMark: markOf(version),
    },
  },
});

/** @param number tells the notes of one client apart */
export function note(account: string, client: string, user: string, number: number): Request {
  const id = `${client.replace('cl-', 'no-')}-z${markOf(number)}`;
  const body = {
    canary: canaryOf({ account, collection: 'notes', id, version: 1 }),
    clientId: client,
    authorId: user,
    subject: 'Telephone call',
    text: 'The client called about the annual review. Figures were confirmed and a meeting was arranged.',
    createdAt: '2026-11-02T09:30:00.000Z',
  };
  return { method: 'POST', path: '/v1/notes', body: { id, body } };
}

/** As long as the marks of `../../k6/user.ts`. */
const markOf = (number: number): string => `mhtk3m00-xx-${number.toString(36)}`;
