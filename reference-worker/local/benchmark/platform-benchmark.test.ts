import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, test, vi } from 'vitest';
import { COMMAND } from '../../../reports/command/command.testing.ts';
import { givenTo } from '../../../reports/command/given.testing.ts';
import { freshFolder } from '../testing/fresh-folder.ts';
import { internalVerbs } from '../verbs.ts';
import { copyDataSet, largestDataSet, refuseUncopyable } from './data-set.ts';
import { PARTS } from './part.ts';

describe('the command line', () => {
  test.each([[['--only', 'nothing']], [['--seconds', '1']], [['throughput']]])('%s is refused', (argv) => {
    // Commander says on stderr what it refuses.
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);

    expect(() => givenTo(internalVerbs, 'benchmark:platform', argv)).toThrow(
      expect.objectContaining({ name: 'CommanderError', exitCode: 1 }),
    );

    vi.restoreAllMocks();
  });
});

describe('a data set', () => {
  test('is the largest one', async () => {
    const seeds = freshFolder();
    for (const name of ['a', 'largest', 'some']) {
      await mkdir(join(seeds, name));
      await writeFile(join(seeds, name, 'shard.sqlite'), name);
    }

    expect(await largestDataSet(seeds)).toBe(join(seeds, 'largest', 'shard.sqlite'));
  });

  test('that is not there is asked for', async () => {
    const folder = freshFolder();

    await expect(largestDataSet(join(folder, 'none'))).rejects.toMatchObject({
      code: 'no_data_set',
      message: expect.stringContaining('npm run seed'),
    });
    await expect(refuseUncopyable(join(folder, 'none'), folder)).rejects.toMatchObject({
      code: 'no_data_set',
    });
  });

  test('must fit beside itself', async () => {
    const folder = freshFolder();
    const huge = await open(join(folder, 'huge.sqlite'), 'w');
    // Of holes: it takes no room itself.
    await huge.truncate(8e12);
    await huge.close();

    await expect(refuseUncopyable(join(folder, 'huge.sqlite'), folder)).rejects.toMatchObject({
      code: 'disk_full',
    });
  });

  test('is copied, and stays as it is', async () => {
    const folder = freshFolder();
    await writeFile(join(folder, 'a.sqlite'), 'documents');

    await copyDataSet(join(folder, 'a.sqlite'), join(folder, 'copy.sqlite'));

    await writeFile(join(folder, 'copy.sqlite'), 'changed');
    expect(await readFile(join(folder, 'a.sqlite'), 'utf8')).toBe('documents');
  });
});

describe('npm run internal -- benchmark:platform', () => {
  const start = (args: readonly string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}) =>
    spawn(COMMAND[0], [COMMAND[1], 'internal', 'benchmark:platform', ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      ...options,
    });
  const ended = async (child: ReturnType<typeof start>) => {
    const [[code], printed, said] = await Promise.all([
      once(child, 'close'),
      text(child.stdout),
      text(child.stderr),
    ]);
    return { code, printed, said };
  };

  test('explains itself', async () => {
    const { code, printed } = await ended(start(['--help']));

    expect(code).toBe(0);
    for (const part of PARTS) expect(printed).toContain(`  ${part} `);
  });

  test.each<[string, string[], NodeJS.ProcessEnv, RegExp]>([
    ['used wrongly', ['--only', 'nothing'], {}, /Allowed choices are/],
    ['wrk is missing', ['--only', 'throughput'], { PATH: '' }, /^wrk_missing: .*apt-get install wrk/],
    ['there are no documents', ['--only', 'replica-memory'], {}, /^no_data_set: .*npm run seed/],
    [
      'the documents are elsewhere',
      ['--only', 'replica-memory', '--file', 'none'],
      {},
      /no_data_set: .*none/,
    ],
  ])('starts nothing when %s', async (_, args, env, message) => {
    const cwd = freshFolder();

    const { code, printed, said } = await ended(start(args, { cwd, env: { ...process.env, ...env } }));

    expect(said).toMatch(message);
    expect(code).toBe(4);
    expect(printed).toBe('');
    expect(await readdir(cwd, { recursive: true })).not.toContainEqual(expect.stringContaining('benchmark'));
  });

  test('stops when it is interrupted, and keeps nothing', async () => {
    const cwd = freshFolder();

    const child = start(['--only', 'virtual-time'], { cwd });
    await once(child.stdout, 'data');
    child.kill('SIGINT');
    const { code, said } = await ended(child);

    expect(said).toContain('interrupted');
    expect(code).toBe(130);
    expect(await readdir(join(cwd, '.shardproof'))).toEqual([]);
  });
});
