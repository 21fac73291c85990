import {
  ANY_VERSION,
  byte,
  type Columns,
  columnsOf,
  type Groups,
  grouped,
  int,
  isEvidence,
  NONE,
  real,
  SEEN,
} from '../columns/index.ts';
import type { RecordedHistory } from '../history.ts';
import { Deletions, firstWhere } from './deletions.ts';
import { Versions } from './versions.ts';

/**
 * A history made ready for the guarantees of sessions: which version each observation and each acknowledged effect proves.
 *
 * An observation of nothing is satisfied with any version up to the newest that it may stand for (see Deletions), and proves the
 * oldest of them that is not older than what its own session had been shown or had written of the key before; version 0,
 * hence nothing, if there is none.
 */
export interface Trace {
  readonly columns: Columns;
  readonly sessions: Groups;
  readonly versions: Versions;
  readonly deletions: Deletions;
  /** When each operation was invoked and complete, for what follows the order of sessions: see finerTimes. */
  readonly times: Times;
  /** The slot (see Versions) that an item proves; NONE of an effect that proves none. */
  readonly slot: Int32Array;
  /** The operations that show, or make, an older version of a key than their own session had met before. */
  readonly behind: ReadonlySet<number>;
}

const traces = new WeakMap<Columns, Trace>();

/** The trace of a history; made once. */
export function traceOf(history: RecordedHistory): Trace {
  const columns = columnsOf(history);
  const known = traces.get(columns);
  if (known) return known;
  const sessions = sessionsOf(columns);
  const versions = new Versions(columns);
  const deletions = new Deletions(columns);
  const trace = {
    columns,
    sessions,
    versions,
    deletions,
    times: finerTimes(columns),
    ...proofs(columns, sessions, versions, deletions),
  };
  traces.set(columns, trace);
  return trace;
}

interface Times {
  readonly invoked: Float64Array;
  readonly completed: Float64Array;
}

/**
 * Where operations began at the same time, their order in the history stands in for it: any order will do that each
 * session's operations are in too (see Causes). Without it, everything that happened at one time would have to be
 * compared with everything else that did.
 */
function finerTimes(columns: Columns): Times {
  const { operationCount, session, invoked, completed } = columns;
  const last = new Float64Array(columns.sessions.count).fill(Number.NEGATIVE_INFINITY);
  let hasEqual = false;
  for (let operation = 0; operation < operationCount; operation += 1) {
    hasEqual ||= operation > 0 && real(invoked, operation) === real(invoked, operation - 1);
    if (real(invoked, operation) < real(last, int(session, operation))) return { invoked, completed };
    last[int(session, operation)] = real(completed, operation);
  }
  if (!hasEqual) return { invoked, completed };
  // An operation begins at the even number of its pair, and is complete at the odd one.
  const events = Float64Array.from({ length: 2 * operationCount }, (_, event) => event);
  const timeOf = (event: number): number => real(event % 2 === 0 ? invoked : completed, event >> 1);
  events.sort((a, b) => timeOf(a) - timeOf(b) || a - b);
  const finer = { invoked: new Float64Array(operationCount), completed: new Float64Array(operationCount) };
  events.forEach((event, rank) => {
    (event % 2 === 0 ? finer.invoked : finer.completed)[event >> 1] = rank;
  });
  return finer;
}

/** Per key, the newest of something that one session has met; forgotten at once when the next session begins. */
export class Newest {
  /** Of each key: the session that has met it, and the newest that it has met. */
  readonly #met: Int32Array;
  #session = 0;

  constructor(keyCount: number) {
    this.#met = new Int32Array(2 * keyCount);
  }

  nextSession(): void {
    this.#session += 1;
  }

  /** 0 when the session has met nothing. */
  get(key: number): number {
    return int(this.#met, 2 * key) === this.#session ? int(this.#met, 2 * key + 1) : 0;
  }

  raise(key: number, to: number): void {
    if (to <= this.get(key)) return;
    this.#met[2 * key] = this.#session;
    this.#met[2 * key + 1] = to;
  }
}

function proofs(
  columns: Columns,
  sessions: Groups,
  versions: Versions,
  deletions: Deletions,
): Pick<Trace, 'slot' | 'behind'> {
  const { completed, firstItem, itemKind, key, version } = columns;
  const slot = new Int32Array(columns.itemCount).fill(NONE);
  const behind = new Set<number>();
  const newest = new Newest(columns.keys.count);
  for (let session = 0; session < columns.sessions.count; session += 1) {
    newest.nextSession();
    for (let nth = int(sessions.first, session); nth < int(sessions.first, session + 1); nth += 1) {
      const operation = int(sessions.members, nth);
      if (!isEvidence(columns, operation)) continue;
      const end = int(firstItem, operation + 1);
      for (let item = int(firstItem, operation); item < end; item += 1) {
        const own = int(key, item);
        const known = newest.get(own);
        let proven = int(version, item);
        if (proven === NONE) continue;
        if (proven === 0 && byte(itemKind, item) === SEEN)
          proven = deletions.oldestFrom(known, own, real(completed, operation)) ?? 0;
        if (proven < known) behind.add(operation);
        else newest.raise(own, proven);
        slot[item] = versions.slotUpTo(own, proven);
      }
    }
  }
  return { slot, behind };
}

/** The version that an item proves; 0 when it proves nothing. */
export function provenBy({ slot, versions }: Trace, item: number): number {
  const own = int(slot, item);
  return own === NONE ? 0 : int(versions.version, own);
}

/**
 * The newest version that an item can satisfy a demand for.
 *
 * @param operation the item's
 * @returns ANY_VERSION of an acknowledged effect without a version, and of nothing that may have been any deletion
 */
export function satisfiedBy({ columns, deletions }: Trace, item: number, operation: number): number {
  const version = int(columns.version, item);
  if (version === NONE) return ANY_VERSION;
  if (version > 0 || byte(columns.itemKind, item) !== SEEN) return version;
  return deletions.newest(int(columns.key, item), real(columns.completed, operation));
}

/** Where an operation stands among those of all sessions, in `sessions.members`. */
export function placeOf({ columns, sessions, times: { invoked } }: Trace, operation: number): number {
  const session = int(columns.session, operation);
  const first = int(sessions.first, session);
  const place = firstWhere(
    int(sessions.first, session + 1) - first,
    (nth) => real(invoked, int(sessions.members, first + nth)) >= real(invoked, operation),
  );
  // Several may begin at once, if they take no time.
  return sessions.members.indexOf(operation, first + place);
}

/**
 * The operations of each session, in its order.
 *
 * @throws Error when a session has two operations under way at once: it has no order then
 */
function sessionsOf(columns: Columns): Groups {
  const { sessions, session, operationCount, invoked, completed } = columns;
  const groups = grouped(sessions.count, session, operationCount);
  const { first, members } = groups;
  for (let each = 0; each < sessions.count; each += 1) {
    const own = members.subarray(int(first, each), int(first, each + 1));
    if (!isSorted(own, invoked)) own.sort((a, b) => real(invoked, a) - real(invoked, b) || a - b);
    for (let nth = 1; nth < own.length; nth += 1) {
      if (real(invoked, int(own, nth)) < real(completed, int(own, nth - 1)))
        throw new Error(
          `session ${sessions.stringOf(each)} began operation ${own[nth]} before its operation ${own[nth - 1]} was over`,
        );
    }
  }
  return groups;
}

function isSorted(rows: Int32Array, by: Float64Array): boolean {
  for (let nth = 1; nth < rows.length; nth += 1)
    if (real(by, int(rows, nth)) < real(by, int(rows, nth - 1))) return false;
  return true;
}
