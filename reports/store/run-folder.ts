import { accessSync, constants, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ReportError } from '../errors.ts';

/** Where runs land, below the project root; ignored by git. */
export const RUNS_FOLDER = 'reports/runs';

/** Beside the runs: a link to the newest. */
export const LATEST = 'latest';

/** Letters, digits, dot, dash and underscore, not starting with a dot: an id is one folder name, never a path. */
const RUN_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/**
 * The folder of a run below the project root.
 *
 * @throws ReportError `run_id` when the id is not usable as one folder name.
 */
export function runFolder(root: string, runId: string): string {
  if (!RUN_ID.test(runId) || runId === LATEST) {
    throw new ReportError(
      'run_id',
      `Run id ${JSON.stringify(runId)} is not usable as a folder name. ` +
        'Use up to 100 letters, digits, dots, dashes or underscores, beginning with a letter or a digit.',
    );
  }
  return join(root, RUNS_FOLDER, runId);
}

/**
 * Makes sure that a run can be stored, before minutes are spent on it.
 *
 * @param root the project root
 * @throws ReportError `runs_folder`
 */
export function prepareRunsFolder(root: string): void {
  const folder = join(root, RUNS_FOLDER);
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ReportError(
      'runs_folder',
      `No run can be stored in ${folder} (${reason}). ` +
        'Make that a folder that you may write to, and start again.',
      { cause },
    );
  }
}
