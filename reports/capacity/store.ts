import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ReportError } from '../errors.ts';
import { renderHtml, renderMarkdown } from '../render/index.ts';
import { RunResult, SCHEMA_VERSION } from '../schema/index.ts';
import { parseResult, parseStoredJson, storeFiles } from '../store/index.ts';
import { capacityReport } from './report.ts';

export const CAPACITY = { schema: RunResult, version: SCHEMA_VERSION };

/**
 * Writes result.json, report.html and summary.md of a run, all or nothing.
 *
 * @param root the project root.
 * @returns the run's folder.
 * @throws ReportError `run_invalid` for a result outside the schema, `run_id`, or `run_exists`.
 */
export async function writeRun(result: RunResult, { root }: { root: string }): Promise<string> {
  const valid = parseResult(result, 'The result of this run', CAPACITY);
  const report = capacityReport(valid);
  const files = {
    'result.json': `${JSON.stringify(valid, null, 2)}\n`,
    'report.html': await renderHtml(report),
    'summary.md': renderMarkdown(report),
  };
  return storeFiles(valid.runId, files, root);
}

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
