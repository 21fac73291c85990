import { statfs } from 'node:fs/promises';
import { FixtureError, formatSize } from '../../../fixtures/generator/index.ts';
import { rowsInMemoryBytes } from './ceiling.ts';

/** The plan's own tolerance (10 %), the sorter that builds the indexes, and half-full pages of indexes in place. */
const DISK_FACTOR = 1.5;

/** Bytes, of the disk that the benchmark writes to and of memory. */
export interface Room {
  readonly diskBytes: number;
  readonly memoryBytes: number;
}

/** @throws FixtureError `folder_not_writable` */
export async function roomIn(folder: string): Promise<Room> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return { diskBytes: bavail * bsize, memoryBytes: process.availableMemory() };
  } catch (cause) {
    throw new FixtureError(
      'folder_not_writable',
      `${folder} cannot be used (${cause instanceof Error ? cause.message : cause}); name a folder that exists.`,
      { cause },
    );
  }
}

/**
 * @param sizeBytes of what every contestant writes, one after another
 * @param fullSizeBytes of the full run; 0 without one
 * @throws FixtureError `disk_full`, `too_little_memory`
 */
export function refuseWithoutRoom(room: Room, sizeBytes: number, fullSizeBytes: number): void {
  const diskBytes = DISK_FACTOR * Math.max(sizeBytes, fullSizeBytes);
  if (room.diskBytes < diskBytes) {
    throw new FixtureError(
      'disk_full',
      `the benchmark writes up to ${formatSize(diskBytes)} and ${formatSize(room.diskBytes)} are free; ` +
        'choose smaller sizes, --skip-full or another --folder.',
    );
  }
  const memoryBytes = rowsInMemoryBytes({ sizeBytes });
  if (room.memoryBytes < memoryBytes) {
    throw new FixtureError(
      'too_little_memory',
      `the ceiling holds all its rows in memory, ${formatSize(memoryBytes)}, and ` +
        `${formatSize(room.memoryBytes)} are free; choose a smaller --size.`,
    );
  }
}
