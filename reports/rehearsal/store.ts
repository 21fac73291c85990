import { renderHtml, renderMarkdown } from '../render/index.ts';
import { REHEARSAL_SCHEMA_VERSION, RehearsalResult } from '../schema/index.ts';
import { parseResult, storeFiles } from '../store/index.ts';
import { rehearsalReport } from './report.ts';

export const REHEARSAL = { schema: RehearsalResult, version: REHEARSAL_SCHEMA_VERSION };

/**
 * Writes result.json, report.html and summary.md of a rehearsal, all or nothing.
 *
 * @param root the project root
 * @returns the run's folder
 * @throws ReportError `run_invalid` for a result outside the schema, `run_id`, or `run_exists`
 */
export async function writeRehearsal(result: RehearsalResult, { root }: { root: string }): Promise<string> {
  const valid = parseResult(result, 'The result of this rehearsal', REHEARSAL);
  const report = rehearsalReport(valid);
  const files = {
    'result.json': `${JSON.stringify(valid, null, 2)}\n`,
    'report.html': await renderHtml(report),
    'summary.md': renderMarkdown(report),
  };
  return storeFiles(valid.runId, files, root);
}
