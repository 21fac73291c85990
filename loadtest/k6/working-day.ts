import { count } from './recorded.ts';
import * as steps from './steps.ts';

type Place =
  | 'own-user'
  | 'groups'
  | 'search'
  | 'client'
  | 'finances'
  | 'notes'
  | 'edit'
  | 'client-again'
  | 'edited-client'
  | 'note'
  | 'noted';

/**
 * Where a user is in its work. One flat object, because it is what thousands of thinking users keep in one k6: a
 * generator would cost each of them 9 KB, and a function for each place as much.
 */
export interface Work {
  /** What is asked for next. */
  next: Place;
  clientId: string;
  /** Of the client, as this user sees it or has just written it. */
  version: number;
  /** What the last edit left behind. */
  mark: string;
  noteId: string;
  /** Whether the client was read again, because somebody else had been faster. */
  isRetry: boolean;
}

/** Every user begins by opening the application. */
export const startWork = (): Work => ({
  next: 'own-user',
  clientId: '',
  version: 0,
  mark: '',
  noteId: '',
  isRetry: false,
});

/**
 * Work on one client after the other: search, open it, its finances and notes, sometimes edit, sometimes add a note, and
 * look at what was written. Makes the next request, and no other: whoever calls this decides when, so that both load
 * models do the same work.
 */
export function makeNextRequest(desk: steps.Desk, work: Work): void {
  const { clientId: id, version, mark } = work;
  switch (work.next) {
    case 'own-user':
      steps.openOwnUser(desk);
      work.next = 'groups';
      break;
    case 'groups':
      steps.listGroups(desk);
      work.next = 'search';
      break;
    case 'search':
      steps.searchClients(desk);
      work.next = 'client';
      break;
    case 'client':
      work.clientId = desk.user.pickClient();
      work.isRetry = false;
      work.version = steps.openClient(desk, work.clientId) ?? 0;
      work.next = work.version > 0 ? 'finances' : nextClient(desk);
      break;
    case 'finances':
      steps.openFinances(desk, id);
      work.next = 'notes';
      break;
    case 'notes':
      steps.listNotes(desk, id);
      work.next = desk.user.does(desk.plan.editShare) ? 'edit' : noteOrNextClient(desk);
      break;
    case 'edit':
      edit(desk, work);
      break;
    case 'client-again':
      work.version = steps.openClient(desk, id) ?? 0;
      work.isRetry = true;
      work.next = work.version > 0 ? 'edit' : noteOrNextClient(desk);
      break;
    case 'edited-client':
      steps.readBackClient(desk, id, { version, mark });
      work.next = noteOrNextClient(desk);
      break;
    case 'note':
      work.noteId = steps.addNote(desk, id) ?? '';
      work.next = work.noteId ? 'noted' : nextClient(desk);
      break;
    case 'noted':
      steps.listNotes(desk, id, work.noteId);
      work.next = nextClient(desk);
  }
}

/** When somebody else was faster, the client is read again and the edit tried once more, as a person would. */
function edit(desk: steps.Desk, work: Work): void {
  work.version += 1;
  work.mark = desk.user.nextMark();
  const outcome = steps.editClient(desk, work.clientId, work);
  if (outcome === 'conflict') count('edit_conflicts');
  if (outcome === 'ok') work.next = 'edited-client';
  else work.next = outcome === 'conflict' && !work.isRetry ? 'client-again' : noteOrNextClient(desk);
}

const noteOrNextClient = (desk: steps.Desk): Place =>
  desk.user.does(desk.plan.noteShare) ? 'note' : nextClient(desk);

const nextClient = ({ plan, user }: steps.Desk): Place =>
  user.does(plan.reloadShare) ? 'own-user' : 'search';
