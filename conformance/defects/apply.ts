import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Defect } from './defect.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const WORKER = join(ROOT, 'reference-worker', 'src');
/** Inside the project, so that the patched Worker finds the same packages. */
const FOLDER = join(ROOT, '.shardproof', 'defects');

export interface PatchedWorker {
  /** Its source file, for the local platform. */
  readonly entry: string;
  remove(): void;
}

/**
 * Copies the reference Worker and patches the copy.
 *
 * @throws Error for an edit whose text does not occur exactly once: the Worker has changed, and the defect must follow
 */
export function applyDefect({ id, edits }: Defect): PatchedWorker {
  mkdirSync(FOLDER, { recursive: true });
  const folder = mkdtempSync(join(FOLDER, `${id.replace('/', '-')}-`));
  cpSync(WORKER, folder, { recursive: true });
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
  return { entry: join(folder, 'index.ts'), remove: () => rmSync(folder, { recursive: true, force: true }) };
}
