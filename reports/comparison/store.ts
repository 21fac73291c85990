import { COMPARISON_SCHEMA_VERSION, ComparisonResult } from '../schema/index.ts';
import { parseResult, storeFiles } from '../store/index.ts';
import { renderComparisonHtml } from './html/index.ts';
import { renderComparisonMarkdown } from './markdown.ts';

export const COMPARISON = { schema: ComparisonResult, version: COMPARISON_SCHEMA_VERSION };

/**
 * Writes result.json, report.html and summary.md of a comparison, all or nothing.
 *
 * @param root the project root
 * @returns the run's folder
 * @throws ReportError `run_invalid` for a result outside the schema, `run_id`, or `run_exists`
 */
export async function writeComparison(result: ComparisonResult, { root }: { root: string }): Promise<string> {
  const valid = parseResult(result, 'The result of this comparison', COMPARISON);
  const files = {
    'result.json': `${JSON.stringify(valid, null, 2)}\n`,
    'report.html': await renderComparisonHtml(valid),
    'summary.md': renderComparisonMarkdown(valid),
  };
  return storeFiles(valid.runId, files, root);
}
