import type { Pop } from '../../reference-worker/local/index.ts';
import type { Operation, Seen } from '../history/index.ts';
import { quiet } from '../programs/quiet.ts';
import { later, type SessionMode } from './modes.ts';
import { type Client, type Key, keysOf, type Program, type Step } from './program.ts';

/** One request to the Worker. */
export interface Request {
  readonly pop: Pop;
  readonly kind: 'write' | 'read';
  readonly keys: readonly Key[];
  /** A word of D1's or a bookmark; undefined for no session. */
  readonly session: string | undefined;
}

export interface Answer {
  /** Of each key, in the order of the request. */
  readonly versions: readonly Seen[];
  /** Absent outside a session. */
  readonly bookmark?: string | undefined;
}

/** What a program is run against. */
export interface Target {
  /** @throws when the Worker does not answer 200: nothing here may fail, so a history with failures proves nothing */
  send(request: Request): Promise<Answer>;
  /** How many requests wait for time to pass. */
  waiting(): Promise<number>;
  /** Steps the clock; resolves when all that was due has happened. */
  advance(ms: number): Promise<void>;
}

/** What happened, in order of the logical times that histories use. */
export interface Execution {
  readonly operations: readonly Operation[];
  /** When the clock was stepped. */
  readonly pauses: readonly { readonly step: number; readonly ms: number }[];
}

type Invoked = Exclude<Step, { kind: 'wait' }> & { readonly invoked: number };

/** More than any lag, and than all propagation (see target/lagging-plane.ts): nothing of a program is left under way after it. */
export const SETTLE_MS = 100_000;

/**
 * Runs a program: one step after the other, each to the end, or to where it has to wait for time to pass. A client is
 * one session, so while it waits for an answer its further steps are left out.
 */
export async function execute(program: Program, mode: SessionMode, target: Target): Promise<Execution> {
  const operations: Operation[] = [];
  const pauses: { step: number; ms: number }[] = [];
  const bookmarks = new Map<Client, string>();
  const pending = new Map<Client, Promise<void>>();
  let now = 0;

  const invoke = async (step: Invoked): Promise<void> => {
    const { client, pop, kind } = step;
    const session = bookmarks.get(client) ?? mode.start;
    const answer = await target.send({ pop, kind, keys: keysOf(step), session });
    const kept = keeps(mode, kind) ? later(bookmarks.get(client), answer.bookmark) : undefined;
    if (kept !== undefined) bookmarks.set(client, kept);
    operations.push(operationOf(step, now, answer));
    pending.delete(client);
  };
  const pause = async (ms: number): Promise<void> => {
    pauses.push({ step: now, ms });
    await target.advance(ms);
  };
  for (const step of [...program, { kind: 'wait', ms: SETTLE_MS } as const]) {
    if (step.kind === 'wait') await pause(step.ms);
    else if (!pending.has(step.client)) {
      pending.set(step.client, invoke({ ...step, invoked: now }));
    }
    await quiet(pending, () => target.waiting());
    now += 1;
  }
  if (pending.size > 0) throw new Error(`${[...pending.keys()]} still waits after ${SETTLE_MS} ms`);
  return { operations: operations.sort((a, b) => a.invoked - b.invoked), pauses };
}

const keeps = ({ bookmarkOf }: SessionMode, kind: Request['kind']): boolean =>
  bookmarkOf === 'everything' || (bookmarkOf === 'writes' && kind === 'write');

function operationOf(step: Invoked, completed: number, { versions }: Answer): Operation {
  const { client, pop, invoked } = step;
  const invocation = { session: client, pop, invoked, completed };
  if (step.kind === 'read') return { kind: 'read', ...invocation, seen: versions };
  // The register holds nothing but its version.
  const effect = { kind: 'put', key: step.key, value: `${step.key}@${invoked}` } as const;
  return {
    kind: 'write',
    ...invocation,
    outcome: 'ok',
    effects: [{ ...effect, version: versions[0]?.version }],
  };
}
