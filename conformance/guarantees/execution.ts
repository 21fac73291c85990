import type { Pop } from '../../reference-worker/target/index.ts';
import type { RecordedOperation, Seen } from '../history/index.ts';
import {
  type Key,
  SETTLE_MS,
  type SessionName,
  type Step,
  type SteppedClock,
  SteppedRun,
} from '../programs/index.ts';
import { later, type SessionMode } from './modes.ts';
import { type RegisterProgram, registersOf } from './program.ts';

/** One request to the Worker. */
export interface RegisterRequest {
  readonly pop: Pop;
  readonly kind: 'write' | 'read';
  readonly keys: readonly Key[];
  /** A word of D1's or a bookmark; undefined for no session. */
  readonly session: string | undefined;
}

export interface RegisterAnswer {
  /** Of each key, in the order of the request. */
  readonly versions: readonly Seen[];
  /** Absent outside a session. */
  readonly bookmark?: string | undefined;
}

/** What a program is run against. */
export interface RegisterTarget extends SteppedClock {
  /** @throws when the Worker does not answer 200: nothing here may fail, so a history with failures proves nothing */
  send(request: RegisterRequest): Promise<RegisterAnswer>;
}

/** What happened when a program ran. */
export interface RegisterRecording {
  readonly operations: readonly RecordedOperation[];
  /** How much time had passed at each logical time of the operations, in milliseconds. */
  readonly elapsedMs: readonly number[];
}

/** @throws Error when a request has no answer in the end */
export async function runOnRegisters(
  program: RegisterProgram,
  mode: SessionMode,
  target: RegisterTarget,
): Promise<RegisterRecording> {
  const operations: RecordedOperation[] = [];
  const bookmarks = new Map<SessionName, string>();
  const run = new SteppedRun(target);
  for (const step of [...program, { kind: 'wait', ms: SETTLE_MS } as const]) {
    if (step.kind === 'wait') {
      await run.pass(step.ms);
      continue;
    }
    await run.request(step.session, async () => {
      const { session: name, pop, kind } = step;
      const invoked = run.now;
      const session = bookmarks.get(name) ?? mode.start;
      const answer = await target.send({ pop, kind, keys: registersOf(step), session });
      const kept = keeps(mode, kind) ? later(bookmarks.get(name), answer.bookmark) : undefined;
      if (kept !== undefined) bookmarks.set(name, kept);
      operations.push(operationOf(step, invoked, run.now, answer));
    });
  }
  if (run.waiting.length > 0) throw new Error(`${run.waiting} still waits after ${SETTLE_MS} ms`);
  return { operations: operations.sort((a, b) => a.invoked - b.invoked), elapsedMs: run.elapsedMs };
}

const keeps = ({ bookmarkOf }: SessionMode, kind: RegisterRequest['kind']): boolean =>
  bookmarkOf === 'everything' || (bookmarkOf === 'writes' && kind === 'write');

function operationOf(
  step: Exclude<Step, { kind: 'wait' }>,
  invoked: number,
  completed: number,
  { versions }: RegisterAnswer,
): RecordedOperation {
  const { session, pop } = step;
  const invocation = { session, pop, invoked, completed };
  if (step.kind === 'read') return { kind: 'read', ...invocation, seen: versions };
  const [key = ''] = registersOf(step);
  // The register holds nothing but its version.
  const effect = { kind: 'put', key, value: `${key}@${invoked}` } as const;
  return {
    kind: 'write',
    ...invocation,
    outcome: 'ok',
    effects: [{ ...effect, version: versions[0]?.version }],
  };
}
