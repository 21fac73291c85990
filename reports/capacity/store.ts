import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ReportError } from '../errors.ts';
import { type KindOfRun, storeRun } from '../kind-of-run.ts';
import { RunResult, SCHEMA_VERSION } from '../schema/index.ts';
import { parseResult, parseStoredJson } from '../store/index.ts';
import { capacityReport } from './report.ts';

export const CAPACITY: KindOfRun<RunResult> = {
  schema: RunResult,
  version: SCHEMA_VERSION,
  named: 'The result of this run',
  reportOf: capacityReport,
};

/** Writes a run, as storeRun does. */
export const writeRun = (result: RunResult, where: { readonly root: string }): Promise<string> =>
  storeRun(CAPACITY, result, where);

/**
 * Reads a stored run back.
 *
 * @param folder the run's folder, as `writeRun` returned it.
 * @throws ReportError `run_not_found`, `run_unreadable`, `run_schema_version` or `run_invalid`.
 */
export async function readRun(folder: string): Promise<RunResult> {
  const file = join(folder, 'result.json');
  if (!existsSync(file)) {
    throw new ReportError('run_not_found', `There is no run in ${folder}. Name a folder below reports/runs.`);
  }
  const text = await readFile(file, 'utf8');
  return parseResult(parseStoredJson(text, file), file, CAPACITY);
}
