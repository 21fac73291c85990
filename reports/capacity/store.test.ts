import { mkdtemp, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SCHEMA_VERSION } from '../schema/index.ts';
import { RUNS_FOLDER, runFolder } from '../store/index.ts';
import { sampleResult } from '../testing/sample-result.ts';
import { readRun, writeRun } from './store.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'shardproof-reports-'));
});
afterEach(() => rm(root, { recursive: true }));

const withCode = (code: string) => expect.objectContaining({ code });
const stored = () => readdir(join(root, RUNS_FOLDER));

describe('writeRun', () => {
  test('stores the result with its page and summary, and reads back the same', async () => {
    const result = sampleResult();

    const folder = await writeRun(result, { root });

    expect(folder).toBe(runFolder(root, result.runId));
    expect((await readdir(folder)).toSorted()).toEqual(['report.html', 'result.json', 'summary.md']);
    expect(await readRun(folder)).toEqual(result);
    expect(await readFile(join(folder, 'report.html'), 'utf8')).toMatch(/^<!doctype html>/);
  });

  test('leaves nothing when the result is outside the schema', async () => {
    const result = sampleResult();
    const broken = { ...result, load: { ...result.load, requests: -1 } };

    await expect(writeRun(broken, { root })).rejects.toThrow(withCode('run_invalid'));
    await expect(writeRun(broken, { root })).rejects.toThrow(/load\.requests/);
    expect(await readdir(root)).toEqual([]);
  });

  test('never replaces a stored run, also when two write at once, and leaves no partial folder', async () => {
    const outcomes = await Promise.allSettled([
      writeRun(sampleResult(), { root }),
      writeRun(sampleResult(), { root }),
    ]);

    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(outcomes).toContainEqual({ status: 'rejected', reason: withCode('run_exists') });
    expect(await stored()).toEqual([sampleResult().runId, 'latest']);
  });

  test('leads latest to the run that was written last, wherever the folder is moved', async () => {
    await writeRun({ ...sampleResult(), runId: 'first' }, { root });
    await writeRun({ ...sampleResult(), runId: 'second' }, { root });

    expect((await readRun(join(root, RUNS_FOLDER, 'latest'))).runId).toBe('second');
    expect(await readlink(join(root, RUNS_FOLDER, 'latest'))).toBe('second');
    expect(await stored()).toEqual(['first', 'latest', 'second']);
  });

  test('a disk that refuses the write leaves no folder behind', async () => {
    await writeFile(join(root, 'reports'), 'a file where the folder should be');

    await expect(writeRun(sampleResult(), { root })).rejects.toThrow(/ENOTDIR|EEXIST/);
    expect((await stat(join(root, 'reports'))).isFile()).toBe(true);
  });

  test.each(['../outside', '', 'latest', '.hidden', 'a/b', 'a\\b', 'x'.repeat(101)])(
    'refuses the run id %j',
    async (runId) => {
      await expect(writeRun(sampleResult({ runId }), { root })).rejects.toThrow(withCode('run_id'));
      expect(await readdir(root)).toEqual([]);
    },
  );
});

describe('readRun', () => {
  const holding = async (text: string) => {
    await writeFile(join(root, 'result.json'), text);
    return root;
  };

  test('refuses another schema version, and says which it can read', async () => {
    const folder = await holding(JSON.stringify({ ...sampleResult(), schemaVersion: 1 }));

    await expect(readRun(folder)).rejects.toThrow(withCode('run_schema_version'));
    await expect(readRun(folder)).rejects.toThrow(/schema version 1; this version of shardproof reads 5/);
  });

  test('refuses what is missing, cut off, or not a run', async () => {
    await expect(readRun(join(root, 'nowhere'))).rejects.toThrow(withCode('run_not_found'));
    await expect(readRun(await holding(JSON.stringify(sampleResult()).slice(0, 500)))).rejects.toThrow(
      withCode('run_unreadable'),
    );
    await expect(readRun(await holding(`{"schemaVersion":${SCHEMA_VERSION}}`))).rejects.toThrow(
      withCode('run_invalid'),
    );
    await expect(readRun(await holding('[]'))).rejects.toThrow(withCode('run_invalid'));
  });
});
