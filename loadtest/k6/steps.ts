import { canaryOf } from '../../fixtures/generator/canary.ts';
import type { Plan } from './plan.ts';
import type { Answer, Target } from './target.ts';
import type { VirtualUser } from './user.ts';

/** What every step needs. */
export interface Desk {
  readonly plan: Plan;
  readonly user: VirtualUser;
  readonly target: Target;
}

const LIST_LIMIT = 10;
const GROUPS_LIMIT = 20;

/** The start page, first half: who am I? */
export function openOwnUser({ plan: { account }, user, target }: Desk): void {
  target({
    operation: 'sign-in',
    method: 'GET',
    path: `/v1/users/${user.id}`,
    expect: { account, shape: 'document', collection: 'users', id: user.id },
  });
}

/** The start page, second half: which groups are there? */
export function listGroups({ plan: { account }, target }: Desk): void {
  target({
    operation: 'sign-in',
    method: 'GET',
    path: `/v1/groups?sort=name&limit=${GROUPS_LIMIT}`,
    expect: { account, shape: 'list', collection: 'groups', limit: GROUPS_LIMIT },
  });
}

/** The search box: the beginning of a surname or of a postcode (B9). */
export function searchClients({ plan: { account }, user, target }: Desk): void {
  const { field, prefix } = user.pickSearch();
  target({
    operation: 'search-clients',
    method: 'GET',
    path: `/v1/clients?${field}.prefix=${encodeURIComponent(prefix)}&limit=${LIST_LIMIT}`,
    expect: {
      account,
      shape: 'list',
      collection: 'clients',
      limit: LIST_LIMIT,
      filter: { field, match: 'prefix', value: prefix },
    },
  });
}

/** @returns the version that this user sees; undefined when the answer was no document */
export function openClient({ plan: { account }, target }: Desk, id: string): number | undefined {
  return target({
    operation: 'open-client',
    method: 'GET',
    path: `/v1/clients/${id}`,
    expect: { account, shape: 'document', collection: 'clients', id },
  }).version;
}

export function openFinances({ plan: { account }, target }: Desk, clientId: string): void {
  target({
    operation: 'open-finances',
    method: 'GET',
    path: `/v1/clients/${clientId}/finances`,
    expect: { account, shape: 'finances', clientId },
  });
}

/** @param mustShow the id of a note that this user has just added */
export function listNotes({ plan: { account }, target }: Desk, clientId: string, mustShow?: string): void {
  target({
    operation: mustShow ? 'read-back-notes' : 'list-notes',
    method: 'GET',
    path: `/v1/notes?clientId=${clientId}&sort=-id&limit=${LIST_LIMIT}`,
    expect: {
      account,
      shape: 'list',
      collection: 'notes',
      limit: LIST_LIMIT,
      filter: { field: 'clientId', match: 'equal', value: clientId },
      ...(mustShow && { mustShow }),
    },
  });
}

/** What an edit left behind, to be demanded when it is read back. */
export interface Edit {
  readonly version: number;
  readonly mark: string;
}

/** Edits a client at the version before the edit's; a conflict when somebody else was faster. */
export function editClient(
  { plan: { account }, user, target }: Desk,
  id: string,
  { version, mark }: Edit,
): Answer['outcome'] {
  const canary = canaryOf({ account, collection: 'clients', id, version });
  return target({
    operation: 'edit-client',
    method: 'PATCH',
    path: `/v1/clients/${id}`,
    ifVersion: version - 1,
    body: { body: { canary, editedBy: user.id, editMark: mark } },
    expect: { account, shape: 'receipt', collection: 'clients', id, version },
  }).outcome;
}

/** Read your writes (A11): at least the written version, and at exactly that version the own mark. */
export function readBackClient({ plan: { account }, target }: Desk, id: string, edit: Edit): void {
  target({
    operation: 'read-back-client',
    method: 'GET',
    path: `/v1/clients/${id}`,
    expect: {
      account,
      shape: 'document',
      collection: 'clients',
      id,
      written: { version: edit.version, field: 'editMark', value: edit.mark },
    },
  });
}

/** @returns the id of the new note; undefined when it was not accepted */
export function addNote({ plan: { account }, user, target }: Desk, clientId: string): string | undefined {
  // A letter sorts after every digit, and so after every seeded note of this client.
  const id = `${clientId.replace('cl-', 'no-')}-z${user.nextMark()}`;
  const { outcome } = target({
    operation: 'add-note',
    method: 'POST',
    path: '/v1/notes',
    body: {
      id,
      body: {
        canary: canaryOf({ account, collection: 'notes', id, version: 1 }),
        clientId,
        authorId: user.id,
        subject: 'Telephone call',
        text: 'The client called about the annual review. Figures were confirmed and a meeting was arranged.',
        createdAt: new Date().toISOString(),
      },
    },
    expect: { account, shape: 'receipt', collection: 'notes', id, version: 1 },
  });
  return outcome === 'ok' ? id : undefined;
}
