import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { figuresOf } from '../figures.ts';
import { readHistory } from '../history/index.ts';
import { renderReport } from '../render-report.ts';
import { RUNS_FOLDER } from '../run-folder.ts';
import { readAttachments, readResult, type StoredResult } from '../stored-result.ts';

export const SAMPLE_FOLDER = 'reports/sample';

/** The samples, each a folder. Of capacity there is a ladder without read replicas, as a database is created, and one with. */
export const SAMPLES = ['capacity', 'capacity-replicated', 'comparison', 'conformance'] as const;
type Sample = (typeof SAMPLES)[number];

/**
 * Replaces each sample by the newest stored run for it that has figures and follows the current schema; of capacity runs
 * by ladders under a model, whose reports show the most. A sample without such a run stays.
 *
 * @param root the project root
 * @returns the runs that were copied
 */
export async function copySamples(root: string): Promise<{ sample: Sample; runId: string }[]> {
  const { entries } = await readHistory(root);
  const copied: { sample: Sample; runId: string }[] = [];
  for (const { runId } of entries.toReversed()) {
    const folder = join(root, RUNS_FOLDER, runId);
    const result = await readResult(folder);
    const sample = sampleOf(result);
    if (sample === undefined || copied.some((each) => each.sample === sample)) continue;
    await copyRun(folder, result, join(root, SAMPLE_FOLDER, sample));
    copied.push({ sample, runId });
  }
  return copied;
}

/** Which sample a run could be; undefined when it shows too little. */
function sampleOf(result: StoredResult): Sample | undefined {
  if (result.kind !== 'capacity') return result.verdict.outcome === 'VOID' ? undefined : result.kind;
  if (!figuresOf(result)?.knee) return undefined;
  return result.plane.readReplication === 'auto' ? 'capacity-replicated' : 'capacity';
}

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
