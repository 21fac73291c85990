import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { applyPatch, type StructuredPatch, type StructuredPatchHunk } from 'diff';
import { WORKSPACE } from '../../../reports/command/index.ts';
import {
  type Mutable,
  MutationError,
  mutationsOf,
  type WorkerMutation,
  type WorkerSource,
} from './mutation.ts';

/** Inside the project, so that the mutated Worker finds the same packages. */
const FOLDER = join(WORKSPACE, '.shardproof', 'mutations');

/** A copy of a Worker, changed. */
export interface MutatedWorker {
  /** Its source file, for the local platform. */
  readonly entry: string;
  remove(): void;
}

/**
 * What a mutation makes of a Worker.
 *
 * @returns the text of each file that it changes, by the file's path below the Worker's folder
 * @throws MutationError for a hunk that is not found at exactly one place: the Worker has changed, and the mutation must
 *   follow
 */
export function mutatedFiles(
  { id, patches }: WorkerMutation,
  { folder }: WorkerSource,
): Readonly<Record<string, string>> {
  const changed = patches.map((patch) => {
    const file = (patch.oldFileName ?? '').replace(/^a\//, '');
    const path = join(folder, file);
    if (!existsSync(path))
      throw new MutationError(`${id}.diff does not apply: there is no file ${file} in ${folder}.`);
    return [file, patched(id, file, readFileSync(path, 'utf8'), patch)] as const;
  });
  return Object.fromEntries(changed);
}

/** Copies a system's Worker and patches the copy. @throws MutationError for one that does not apply */
export function applyMutation(mutation: WorkerMutation, system: Mutable): MutatedWorker {
  const { worker } = mutationsOf(system);
  return copyOf(worker, mutation.id, mutatedFiles(mutation, worker));
}

/**
 * Copies a Worker, with other text in some of its files, and with new ones.
 *
 * @param name of the copy's folder, for people who look
 * @param changed text by file below the Worker's folder
 */
export function copyOf(
  source: WorkerSource,
  name: string,
  changed: Readonly<Record<string, string>>,
): MutatedWorker {
  mkdirSync(FOLDER, { recursive: true });
  const folder = mkdtempSync(join(FOLDER, `${name.replaceAll('/', '-')}-`));
  cpSync(source.folder, folder, { recursive: true });
  for (const [file, text] of Object.entries(changed)) {
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  return {
    entry: join(folder, source.entry),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function patched(id: string, file: string, text: string, patch: StructuredPatch): string {
  for (const [index, hunk] of patch.hunks.entries()) {
    const places = placesOf(hunk, text);
    if (places !== 1)
      throw new MutationError(
        `${id}.diff does not apply: hunk ${index + 1} of ${file} (line ${hunk.oldStart}) is found at ${places} places.\nThe Worker has changed: make the diff anew.`,
      );
  }
  const result = applyPatch(text, patch);
  if (result === false)
    throw new MutationError(`${id}.diff does not apply: the hunks of ${file} are not in their order.`);
  return result;
}

/** Lines may have moved. But where the same lines stand twice, a patch could hit the wrong ones. */
function placesOf({ lines }: StructuredPatchHunk, text: string): number {
  const old = lines.filter((line) => /^[ -]/.test(line)).map((line) => line.slice(1));
  const all = text.split('\n');
  return all.filter((_, start) => old.every((line, offset) => line === all[start + offset])).length;
}
