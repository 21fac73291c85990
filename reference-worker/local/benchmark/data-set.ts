import { constants } from 'node:fs';
import { copyFile, glob, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { BenchmarkError } from './errors.ts';

/** Room for the write-ahead log beside the copy. */
const SPARE_BYTES = 1e9;

/**
 * The largest data set that `npm run seed` or `npm run capacity` has made: the aims are meant for 5 GB.
 *
 * @param seeds the folder of data sets
 * @throws BenchmarkError `no_data_set`
 */
export async function largestDataSet(seeds: string): Promise<string> {
  const found: { file: string; sizeBytes: number }[] = [];
  for await (const file of glob('*/shard.sqlite', { cwd: seeds })) {
    const path = join(seeds, file);
    found.push({ file: path, sizeBytes: (await stat(path)).size });
  }
  const [largest] = found.sort((a, b) => b.sizeBytes - a.sizeBytes);
  if (largest) return largest.file;
  throw new BenchmarkError(
    'no_data_set',
    `there is no data set in ${seeds}; make one with \`npm run seed\`, or name one with --file <shard.sqlite>.`,
  );
}

/**
 * @param folder on the disk that the copy goes to
 * @throws BenchmarkError `no_data_set`, `disk_full`
 */
export async function refuseUncopyable(source: string, folder: string): Promise<void> {
  const { size } = await stat(source).catch((cause: unknown) => {
    throw new BenchmarkError('no_data_set', `${source} cannot be read; name another file.`, { cause });
  });
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < size + SPARE_BYTES)
    throw new BenchmarkError(
      'disk_full',
      `a copy of ${source} takes ${size} bytes, and ${bavail * bsize} are free; make room, or name a smaller --file.`,
    );
}

/** On a file system that can, the copy takes no room until one of the two is written to. */
export const copyDataSet = (source: string, target: string): Promise<void> =>
  copyFile(source, target, constants.COPYFILE_FICLONE);
