import { z } from 'zod';
import { ReportError } from '../errors.ts';
import { storeFiles } from '../store-files.ts';
import { renderJunit } from './junit.ts';
import { renderConformanceMarkdown } from './markdown.ts';
import { renderSarif } from './sarif.ts';
import { ConformanceResult } from './schema.ts';

/**
 * Writes result.json, junit.xml, results.sarif and summary.md of a run and the files of its witnesses, all or nothing.
 *
 * @param attachments texts by path below the run's folder, as the witnesses name them
 * @param root the project root
 * @returns the run's folder
 * @throws ReportError `run-invalid` for a result outside the schema, `run-id`, or `run-exists`
 */
export async function writeConformanceRun(
  result: ConformanceResult,
  attachments: Readonly<Record<string, string>>,
  { root }: { root: string },
): Promise<string> {
  const valid = ConformanceResult.safeParse(result);
  if (!valid.success)
    throw new ReportError(
      'run-invalid',
      `The result of this run does not follow the conformance schema:\n${z.prettifyError(valid.error)}\n`,
      'Nothing was written.',
    );
  const files = {
    ...attachments,
    'result.json': `${JSON.stringify(valid.data, null, 2)}\n`,
    'junit.xml': await renderJunit(valid.data),
    'results.sarif': renderSarif(valid.data),
    'summary.md': renderConformanceMarkdown(valid.data),
  };
  return storeFiles(valid.data.runId, files, root);
}
