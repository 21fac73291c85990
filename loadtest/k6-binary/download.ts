import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { startProgress } from '../../reports/command/index.ts';

/** An official release archive. The checksum is pinned here, so that what is run is what was published. */
export interface ReleaseArchive {
  readonly url: string;
  readonly sha256: string;
  /** The executable's path inside the archive. */
  readonly member: string;
}

/**
 * Fetches a release archive, checks its SHA-256, unpacks it and moves the executable to `file`.
 *
 * @returns undefined when it is in place, otherwise why not, in a few words
 */
export async function downloadK6(
  file: string,
  archive: ReleaseArchive | undefined,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (!archive) return `no release archive is pinned for ${process.platform} on ${process.arch}`;
  const progress = startProgress(`k6: fetching ${archive.url}`);
  mkdirSync(dirname(file), { recursive: true });
  const folder = mkdtempSync(join(dirname(file), 'unfinished-'));
  try {
    const response = await fetch(archive.url, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(300_000)]),
    });
    if (!response.ok) throw new Error(`${archive.url} answered ${response.status}`);
    const bytes = Buffer.from(await response.arrayBuffer());
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    if (sha256 !== archive.sha256) {
      throw new Error(`${archive.url} has SHA-256 ${sha256}, not the pinned ${archive.sha256}`);
    }
    writeFileSync(join(folder, 'archive'), bytes);
    // The tar of macOS reads zip archives too, so that one command serves both kinds.
    await promisify(execFile)('tar', ['-xf', 'archive'], { cwd: folder });
    chmodSync(join(folder, archive.member), 0o755);
    renameSync(join(folder, archive.member), file);
    progress.done('k6: fetched and its checksum verified');
    return undefined;
  } catch (error) {
    progress.fail('k6: the download failed');
    return `download failed: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
