import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ConformanceResult } from '../schema/index.ts';
import { writeConformanceRun } from './store.ts';
import { sampleConformance } from './testing/sample-conformance.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'shardproof-conformance-'));
});
afterEach(() => rm(root, { recursive: true }));

const TIMELINE = 'witnesses/isolation-swapped-id/1/timeline.svg';

test('stores the result in every form, with the files of its witnesses', async () => {
  const result = sampleConformance();

  const folder = await writeConformanceRun(result, { [TIMELINE]: '<svg/>' }, { root });

  expect((await readdir(folder)).toSorted()).toEqual([
    'junit.xml',
    'report.html',
    'result.json',
    'results.sarif',
    'summary.md',
    'witnesses',
  ]);
  expect(ConformanceResult.parse(JSON.parse(await readFile(join(folder, 'result.json'), 'utf8')))).toEqual(
    result,
  );
  expect(await readFile(join(folder, TIMELINE), 'utf8')).toBe('<svg/>');
});

test('leaves nothing when the result is outside the schema', async () => {
  const broken = { ...sampleConformance(), seed: -1 };

  await expect(writeConformanceRun(broken, {}, { root })).rejects.toThrow(
    expect.objectContaining({ code: 'run_invalid', message: expect.stringContaining('seed') }),
  );
  expect(await readdir(root)).toEqual([]);
});
