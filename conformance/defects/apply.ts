import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Defect } from './defect.ts';

const ROOT = join(import.meta.dirname, '..', '..');
/** Inside the project, so that the patched Worker finds the same packages. */
const FOLDER = join(ROOT, '.shardproof', 'defects');

/** The source of a Worker. */
export interface WorkerSource {
  readonly folder: string;
  /** The file in it that exports the Worker. */
  readonly entry: string;
}

const REFERENCE: WorkerSource = {
  folder: join(ROOT, 'reference-worker', 'shared-shards', 'src'),
  entry: 'index.ts',
};

export interface PatchedWorker {
  /** Its source file, for the local platform. */
  readonly entry: string;
  remove(): void;
}

/**
 * Copies a Worker, the reference Worker unless told otherwise, and patches the copy.
 *
 * @throws Error for an edit whose text does not occur exactly once: the Worker has changed, and the defect must follow
 */
export function applyDefect({ id, edits }: Defect, source: WorkerSource = REFERENCE): PatchedWorker {
  mkdirSync(FOLDER, { recursive: true });
  const folder = mkdtempSync(join(FOLDER, `${id.replace('/', '-')}-`));
  cpSync(source.folder, folder, { recursive: true });
  for (const { file, find, replace } of edits) {
    const path = join(folder, file);
    const parts = readFileSync(path, 'utf8').split(find);
    if (parts.length !== 2) {
      rmSync(folder, { recursive: true });
      throw new Error(
        `defect ${id} does not apply: ${parts.length - 1} places in ${file} hold ${JSON.stringify(find)}`,
      );
    }
    writeFileSync(path, parts.join(replace));
  }
  return {
    entry: join(folder, source.entry),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
