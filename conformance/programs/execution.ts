import {
  type Asked,
  LAGS,
  platformOf,
  shardOfSubject,
  type Target,
} from '../../reference-worker/target/index.ts';
import type { RecordedHistory, RecordedOperation } from '../history/index.ts';
import { keysOf } from './draw.ts';
import { faultsDuring, type RequestFault } from './faults.ts';
import { KEYS, type Program, type ProgramMode } from './program.ts';
import { AUDITOR, ProgramRecorder } from './recorder.ts';
import { documentsOf } from './requests.ts';
import { clockOf, SETTLE_MS, SteppedRun } from './stepped-run.ts';

/** What happened when a program ran. */
export interface Recording {
  readonly program: Program;
  readonly history: RecordedHistory;
  /** What was sent and answered; nothing for an operation whose answer never came. */
  readonly exchanges: ReadonlyMap<RecordedOperation, Asked>;
  /** How much time had passed at each logical time of the history, in milliseconds since the program began. */
  readonly elapsedMs: readonly number[];
}

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
export async function runProgram(program: Program, target: Target, name: string): Promise<Recording> {
  const database = shardOfSubject(target);
  const used = new Set(program.steps.flatMap(keysOf));
  const keys = KEYS.filter((key) => used.has(key));
  const run = new SteppedRun(clockOf(target));
  const recorder = new ProgramRecorder({
    target,
    documents: documentsOf(target.system, name),
    keys,
    now: () => run.now,
  });
  let begunMs = 0;
  let planned: RequestFault | 'none' | undefined;
  const plan = async (mode: ProgramMode, fault: RequestFault | 'none'): Promise<void> => {
    if (fault === planned) return;
    await platformOf(target).platform.control.setFaults(
      faultsDuring(mode, fault, database, (run.elapsedMs.at(-1) ?? 0) - begunMs),
    );
    planned = fault;
  };

  if (program.steps.some((step) => step.kind === 'read' && step.how === 'join')) {
    await run.request(AUDITOR, () => recorder.putParent());
    await run.pass(LAGS.farReplicaMs);
  }
  begunMs = run.elapsedMs.at(-1) ?? 0;
  for (const step of program.steps) {
    if (step.kind === 'wait') await run.pass(step.ms);
    else {
      if (!run.waiting.includes(step.session)) await plan(program.mode, step.fault);
      await run.request(step.session, () =>
        step.kind === 'write' ? recorder.write(step) : recorder.read(step),
      );
    }
  }
  planned = undefined;
  await plan('plain', 'none');
  // What one answer still needs may be a commit, which the replicas then lack: only when all have answered is it quiet.
  for (let waits = 0; run.waiting.length > 0; waits++) {
    if (waits === MAX_LAST_WAITS) throw new Error(`${run.waiting} still waits for an answer`);
    await run.pass(LAST_WAIT_MS);
  }
  await run.pass(SETTLE_MS);
  for (const key of keys) await run.request(AUDITOR, () => recorder.audit(key));
  const operations = recorder.operations.toSorted((one, other) => one.invoked - other.invoked);
  return { program, history: { operations }, exchanges: recorder.exchanges, elapsedMs: run.elapsedMs };
}
