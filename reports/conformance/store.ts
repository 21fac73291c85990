import { renderHtml, renderMarkdown } from '../render/index.ts';
import { CONFORMANCE_SCHEMA_VERSION, ConformanceResult } from '../schema/index.ts';
import { parseResult, storeFiles } from '../store/index.ts';
import { renderJunit } from './junit.ts';
import { conformanceReport } from './report.ts';
import { renderSarif } from './sarif.ts';

export const CONFORMANCE = { schema: ConformanceResult, version: CONFORMANCE_SCHEMA_VERSION };

/**
 * Writes result.json, report.html, summary.md, junit.xml and results.sarif of a run and the files of its witnesses, all or
 * nothing.
 *
 * @param attachments texts by path below the run's folder, as the witnesses name them
 * @param root the project root
 * @returns the run's folder
 * @throws ReportError `run_invalid` for a result outside the schema, `run_id`, or `run_exists`
 */
export async function writeConformanceRun(
  result: ConformanceResult,
  attachments: Readonly<Record<string, string>>,
  { root }: { root: string },
): Promise<string> {
  const valid = parseResult(result, 'The result of this run', CONFORMANCE);
  const report = conformanceReport(valid, attachments);
  const files = {
    ...attachments,
    'result.json': `${JSON.stringify(valid, null, 2)}\n`,
    'report.html': await renderHtml(report),
    'junit.xml': await renderJunit(valid),
    'results.sarif': renderSarif(valid),
    'summary.md': renderMarkdown(report),
  };
  return storeFiles(valid.runId, files, root);
}
