import { count } from './recorded.ts';
import * as steps from './steps.ts';
import type { Answer } from './target.ts';

/** Makes one request. */
export type Step = () => void;

/** What the last step was told; not a variable, because a step writes it and the generator reads it. */
interface Told {
  /** undefined: no document came. */
  version?: number | undefined;
  outcome?: Answer['outcome'];
}

/**
 * The work on one client: search, open it, its finances and notes, sometimes edit, sometimes add a note, and look at
 * what was written. Whoever drives it makes each request, and decides when, so that both load models do the same work.
 * The requests are not made in here: a generator keeps its stack while it waits, and with it the last answer, which
 * thousands of thinking users would hold in memory.
 *
 * @param signsIn whether the application is opened first
 */
export function* workOnClient(desk: steps.Desk, signsIn: boolean): Generator<Step, void, void> {
  const { plan, user } = desk;
  if (signsIn) {
    yield () => steps.openOwnUser(desk);
    yield () => steps.listGroups(desk);
  }
  yield () => steps.searchClients(desk);
  const clientId = user.pickClient();
  const told: Told = {};
  yield () => {
    told.version = steps.openClient(desk, clientId);
  };
  if (!told.version) return;
  yield () => steps.openFinances(desk, clientId);
  yield () => steps.listNotes(desk, clientId);
  if (user.does(plan.editShare)) yield* editAndLook(desk, clientId, told);
  if (user.does(plan.noteShare)) yield* addNoteAndLook(desk, clientId);
}

/** When somebody else was faster, the client is read again and the edit tried once more, as a person would. */
function* editAndLook(desk: steps.Desk, id: string, told: Told): Generator<Step, void, void> {
  for (let attempt = 0; told.version && attempt < 2; attempt += 1) {
    const edit = { version: told.version + 1, mark: desk.user.nextMark() };
    yield () => {
      told.outcome = steps.editClient(desk, id, edit);
    };
    if (told.outcome === 'failed') return;
    if (told.outcome === 'ok') {
      yield () => steps.readBackClient(desk, id, edit);
      return;
    }
    count('edit_conflicts');
    yield () => {
      told.version = steps.openClient(desk, id);
    };
  }
}

function* addNoteAndLook(desk: steps.Desk, clientId: string): Generator<Step, void, void> {
  const added: { id?: string | undefined } = {};
  yield () => {
    added.id = steps.addNote(desk, clientId);
  };
  const { id } = added;
  if (id) yield () => steps.listNotes(desk, clientId, id);
}
