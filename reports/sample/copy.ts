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

/** A run that became a sample, and the sample's folder. */
interface Copied {
  readonly name: string;
  readonly runId: string;
}

/**
 * Replaces the sample of each kind by the newest stored run of it that has figures and follows the current schema; of
 * capacity runs by the newest ladders, whose reports show the most: one without read replication and one with it, because
 * they are never one figure. What no stored run can replace stays.
 *
 * @param root the project root
 * @returns the runs that were copied
 */
export async function copySamples(root: string): Promise<Copied[]> {
  const { entries } = await readHistory(root);
  const copied: Copied[] = [];
  for (const { runId } of entries.toReversed()) {
    const folder = join(root, RUNS_FOLDER, runId);
    const result = await readResult(folder);
    const name = nameOf(result);
    if (copied.some((sample) => sample.name === name) || !isWorthShowing(result)) continue;
    await copyRun(folder, result, join(root, SAMPLE_FOLDER, name));
    copied.push({ name, runId });
  }
  return copied;
}

const nameOf = (result: StoredResult): string =>
  result.kind === 'capacity' && result.behaviour.readReplication === 'auto'
    ? 'capacity-replicated'
    : result.kind;

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
