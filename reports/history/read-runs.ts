import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ReportError } from '../errors.ts';
import { RUNS_FOLDER } from '../store/index.ts';
import { type Entry, entryOf } from './entry.ts';
import { readResult } from './stored-result.ts';

/** A run that is stored but not shown, and why: most often, another version wrote it. */
export interface NotShown {
  readonly runId: string;
  readonly reason: string;
}

export interface History {
  /** The oldest first. */
  readonly entries: readonly Entry[];
  readonly notShown: readonly NotShown[];
}

/**
 * Reads every stored run, one at a time: of each only its entry stays in memory.
 *
 * @param root the project root
 */
export async function readHistory(root: string): Promise<History> {
  const entries: Entry[] = [];
  const notShown: NotShown[] = [];
  for (const runId of await runIds(join(root, RUNS_FOLDER))) {
    try {
      entries.push(entryOf(await readResult(join(root, RUNS_FOLDER, runId))));
    } catch (error) {
      if (!(error instanceof ReportError)) throw error;
      notShown.push({ runId, reason: error.message });
    }
  }
  return { entries: entries.toSorted((a, b) => a.startedAt.localeCompare(b.startedAt)), notShown };
}

/** Hidden folders are runs that were being written. */
async function runIds(folder: string): Promise<string[]> {
  const children = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return children
    .filter((child) => child.isDirectory() && !child.name.startsWith('.'))
    .map(({ name }) => name)
    .toSorted();
}
