import { type Asked, platformOf, shardOfSubject, type Target } from '../../reference-worker/target/index.ts';
import type { History, Operation } from '../history/index.ts';
import { keysOf } from './canonical.ts';
import { faultsDuring, type RequestFault } from './faults.ts';
import { KEYS, type Program, type ProgramMode } from './program.ts';
import { quiet } from './quiet.ts';
import { AUDITOR, Recorder } from './recorder.ts';

/** What happened when a program ran. */
export interface Recording {
  readonly program: Program;
  readonly history: History;
  /** What was sent and answered; nothing for an operation whose answer never came. */
  readonly exchanges: ReadonlyMap<Operation, Asked>;
  /** How much time had passed at each logical time of the history, in milliseconds since the program began. */
  readonly elapsedMs: readonly number[];
}

/** More than any lag, and than KV keeps anything: nothing of a program is left under way after it. */
export const SETTLE_MS = 100_000;
/** Far more than the requests of a program can need, one after the other. */
const MAX_LAST_WAITS = 50;
const LAST_WAIT_MS = 1_000;

/**
 * Runs a program on documents of its own: one step after the other, each to the end or to where it has to wait for
 * time to pass. While a session waits for an answer its further steps are left out. In the end all time passes that
 * could make a difference, and every document is read.
 *
 * @param name begins the ids of the documents; nothing else may use it
 * @throws Error when a request has no answer in the end
 */
export async function execute(program: Program, target: Target, name: string): Promise<Recording> {
  const { plane } = platformOf(target).platform;
  const database = shardOfSubject(target);
  const used = new Set(program.steps.flatMap(keysOf));
  const elapsedMs = [0];
  const now = (): number => elapsedMs.length - 1;
  const keys = KEYS.filter((key) => used.has(key));
  const recorder = new Recorder({ target, name, keys, now });
  const pending = new Map<string, Promise<void>>();
  const waiting = async (): Promise<number> => (await plane.waiting()).length;
  let planned: RequestFault | 'none' | undefined;

  const plan = async (mode: ProgramMode, fault: RequestFault | 'none'): Promise<void> => {
    await plane.setFaults(faultsDuring(mode, fault, database, elapsedMs.at(-1) ?? 0));
    planned = fault;
  };
  const run = async (session: string, request: Promise<void>): Promise<void> => {
    const done = request.finally(() => pending.delete(session));
    pending.set(session, done);
    await quiet(pending, waiting);
    elapsedMs.push(elapsedMs.at(-1) ?? 0);
  };
  const pass = async (ms: number): Promise<void> => {
    await plane.advance(ms);
    await quiet(pending, waiting);
    elapsedMs.push((elapsedMs.at(-1) ?? 0) + ms);
  };

  for (const step of program.steps) {
    if (step.kind === 'wait') await pass(step.ms);
    else if (!pending.has(step.session)) {
      if (step.fault !== planned) await plan(program.mode, step.fault);
      await run(step.session, step.kind === 'write' ? recorder.write(step) : recorder.read(step));
    }
  }
  await plan('plain', 'none');
  // What one answer still needs may be a commit, which the replicas then lack: only when all have answered is it quiet.
  for (let waits = 0; pending.size > 0; waits++) {
    if (waits === MAX_LAST_WAITS) throw new Error(`${[...pending.keys()]} still waits for an answer`);
    await pass(LAST_WAIT_MS);
  }
  await pass(SETTLE_MS);
  for (const key of keys) await run(AUDITOR, recorder.audit(key));
  const operations = recorder.operations.toSorted((one, other) => one.invoked - other.invoked);
  return { program, history: { operations }, exchanges: recorder.exchanges, elapsedMs };
}
