import { tmpdir } from 'node:os';
import { describe, expect, test, vi } from 'vitest';
import { givenTo } from '../../../reports/command/given.testing.ts';
import { fromCaller } from '../../../reports/command/index.ts';
import { internalVerbs } from '../verbs.ts';
import { readBenchmarkOptions } from './options.ts';

const read = (argv: readonly string[]) =>
  readBenchmarkOptions(givenTo(internalVerbs, 'benchmark:seed', argv));

import { refuseWithoutRoom, roomIn } from './room.ts';

describe('the command line', () => {
  test('asks for 1 GB, 5 GB in full and a sample for wrangler unless told otherwise', () => {
    const { plan, samplePlan, fullPlan, threads, folder } = read([]);

    expect([plan, samplePlan, fullPlan].map((each) => each?.sizeBytes)).toEqual([1e9, 67e6, 5e9]);
    expect(threads).toBeUndefined();
    expect(folder).toBe(tmpdir());
  });

  test('takes sizes, threads and a folder', () => {
    const options = read(['--size', '2MB', '--full-size', '3MB', '--threads', '3', '--folder', 'there']);

    expect(options).toMatchObject({ threads: 3, folder: fromCaller('there') });
    expect([options.plan, options.samplePlan, options.fullPlan].map((each) => each?.sizeBytes)).toEqual([
      2e6, 2e6, 3e6,
    ]);
    expect(read(['--size', '2MB', '--skip-full']).fullPlan).toBeUndefined();
  });

  test.each([
    [['--size', 'large'], 'bad_size'],
    [['--size', '1KB'], 'size_out_of_range'],
    [['--size', '2MB', '--full-size', '11GB'], 'size_out_of_range'],
    [['--threads', '0'], 'bad_option'],
    [['--threads', 'two'], 'bad_option'],
    [['--seed', '1'], 'commander.unknownOption'],
  ])('%s is refused', (argv, code) => {
    // Commander says on stderr what it refuses.
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);

    expect(() => read(argv)).toThrow(expect.objectContaining({ code }));

    vi.restoreAllMocks();
  });
});

describe('room', () => {
  const room = { diskBytes: 7.5e9, memoryBytes: 1.2e9 };

  test('is enough when disk and memory just hold what is written', () => {
    expect(() => refuseWithoutRoom(room, 1e9, 5e9)).not.toThrow();
  });

  test.each([
    ['the full run is too large for the disk', 1e9, 5.1e9, 'disk_full'],
    ['the others are too large for the disk', 5.1e9, 0, 'disk_full'],
    ['the ceiling is too large for memory', 1.1e9, 0, 'too_little_memory'],
  ])('lacks when %s', (_, size, fullSize, code) => {
    expect(() => refuseWithoutRoom(room, size, fullSize)).toThrow(expect.objectContaining({ code }));
  });

  test('is asked of the folder itself', async () => {
    expect((await roomIn(tmpdir())).diskBytes).toBeGreaterThan(0);
    await expect(roomIn('/no/such/folder')).rejects.toMatchObject({ code: 'folder_not_writable' });
  });
});
