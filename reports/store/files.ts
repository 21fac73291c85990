import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { hasCode } from '../command/index.ts';
import { ReportError } from '../errors.ts';
import { LATEST } from './run-folder.ts';

/**
 * Writes the files of a run.
 *
 * They are flushed into a hidden folder beside the final one, which is then renamed: a run killed while writing never
 * looks whole.
 *
 * @param folder the run's, which is not there yet
 * @param files texts by path below it
 * @throws ReportError `run_exists`
 */
export async function storeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  const partial = join(dirname(folder), `.partial-${randomUUID()}`);
  await mkdir(partial, { recursive: true });
  try {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(partial, path)), { recursive: true });
      await writeFile(join(partial, path), text, { flush: true });
    }
    await rename(partial, folder);
  } catch (cause) {
    await rm(partial, { recursive: true, force: true });
    if (!existsSync(folder)) throw cause;
    const taken = `A run is already stored in ${folder}.`;
    throw new ReportError('run_exists', `${taken} Start the run under a new id.`, { cause });
  }
}

/** Leads `latest` to a stored run, as a relative link that can be copied with its folder; where the system allows links. */
export async function pointLatest(folder: string): Promise<void> {
  const runs = dirname(folder);
  const link = join(runs, `.latest-${randomUUID()}`);
  try {
    await symlink(basename(folder), link, 'dir');
  } catch (error) {
    // Windows demands a privilege for links.
    if (hasCode(error, 'EPERM') || hasCode(error, 'ENOSYS')) return;
    throw error;
  }
  // Replaced in one step, so that whoever follows it always finds a run.
  await rename(link, join(runs, LATEST));
}
