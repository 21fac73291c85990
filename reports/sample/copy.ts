import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readHistory } from '../history/index.ts';
import { renderReport } from '../render-report.ts';
import { RUNS_FOLDER } from '../run-folder.ts';
import { KINDS, readAttachments, readResult } from '../stored-result.ts';

export const SAMPLE_FOLDER = 'reports/sample';

/**
 * Replaces the sample of each kind by the newest stored run of it that has figures and follows the current schema. A kind
 * without such a run keeps its sample.
 *
 * @param root the project root
 * @returns the runs that were copied
 */
export async function copySamples(root: string): Promise<{ kind: string; runId: string }[]> {
  const { entries } = await readHistory(root);
  const newest = KINDS.flatMap(
    (kind) => entries.findLast((entry) => entry.kind === kind && entry.outcome !== 'VOID') ?? [],
  );
  for (const { kind, runId } of newest)
    await copyRun(join(root, RUNS_FOLDER, runId), join(root, SAMPLE_FOLDER, kind));
  return newest.map(({ kind, runId }) => ({ kind, runId }));
}

async function copyRun(folder: string, sample: string): Promise<void> {
  const result = await readResult(folder);
  const attachments = await readAttachments(folder, result);
  const files = {
    ...attachments,
    'result.json': `${JSON.stringify(result, null, 2)}\n`,
    'report.html': await renderReport(result, attachments),
  };
  await rm(sample, { recursive: true, force: true });
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(sample, path)), { recursive: true });
    await writeFile(join(sample, path), text);
  }
}
