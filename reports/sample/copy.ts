import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { figuresOf } from '../document/index.ts';
import {
  readAttachments,
  readHistory,
  readResult,
  renderReport,
  type StoredResult,
} from '../history/index.ts';
import { RUNS_FOLDER } from '../store/index.ts';

export const SAMPLE_FOLDER = 'reports/sample';

/**
 * Replaces the sample of each kind by the newest stored run of it that has figures and follows the current schema; of
 * capacity runs by the newest ladder, whose report shows the most. A kind without such a run keeps its sample.
 *
 * @param root the project root
 * @returns the runs that were copied
 */
export async function copySamples(root: string): Promise<{ kind: string; runId: string }[]> {
  const { entries } = await readHistory(root);
  const copied: { kind: string; runId: string }[] = [];
  for (const { kind, runId } of entries.toReversed()) {
    if (copied.some((sample) => sample.kind === kind)) continue;
    const folder = join(root, RUNS_FOLDER, runId);
    const result = await readResult(folder);
    if (!isWorthShowing(result)) continue;
    await copyRun(folder, result, join(root, SAMPLE_FOLDER, kind));
    copied.push({ kind, runId });
  }
  return copied;
}

const isWorthShowing = (result: StoredResult): boolean =>
  result.kind === 'capacity' ? Boolean(figuresOf(result)?.knee) : result.verdict.outcome !== 'VOID';

async function copyRun(folder: string, result: StoredResult, sample: string): Promise<void> {
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
