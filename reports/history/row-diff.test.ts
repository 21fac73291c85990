import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeRun } from '../capacity/index.ts';
import type { StatementsOfRun } from '../schema/index.ts';
import { sampleResult } from '../testing/sample-result.ts';
import { sampleStatements } from '../testing/sample-statements.ts';
import { diffRows } from './index.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'shardproof-diff-'));
});
afterEach(() => rm(root, { recursive: true }));

const store = (runId: string, statements?: StatementsOfRun) =>
  writeRun({ ...sampleResult(), runId, ...(statements && { statements }) }, { root });
const all = (mean: number) => ({ mean, low: mean, high: mean });

/** As the sample, but that a search reads the whole table. */
const withoutIndex: StatementsOfRun = {
  ...sampleStatements,
  operations: sampleStatements.operations.map((each) =>
    each.operation === 'search' ? { ...each, rowsRead: all(871) } : each,
  ),
  statements: sampleStatements.statements.map((each) =>
    each.operation === 'search' ? { ...each, rowsRead: all(868), plan: ['SCAN people'] } : each,
  ),
};

test('the operation whose rows grew is named, with its statement and the index that it lost', async () => {
  await store('before', sampleStatements);
  await store('after', withoutIndex);

  const { lines, hasGrown } = await diffRows(root, 'before', 'after');

  expect(hasGrown).toBe(true);
  const text = lines.join('\n');
  expect(text).toContain('search: a request reads 14 -> 871 rows');
  expect(text).toContain('SELECT id FROM people WHERE surname = ?1 LIMIT 10: 11 -> 868 rows read each');
  expect(text).toContain('it used the index peopleBySurname, and does no more');
  expect(text).not.toContain('open:');
});

test('what reads as much as before, or less, is no finding', async () => {
  await store('before', withoutIndex);
  await store('after', sampleStatements);

  expect(await diffRows(root, 'before', 'after')).toMatchObject({ hasGrown: false });
  expect(await diffRows(root, 'after', 'after')).toMatchObject({ hasGrown: false });
});

test('a run that counted no rows is refused', async () => {
  await store('counted', sampleStatements);
  await store('uncounted');

  await expect(diffRows(root, 'counted', 'uncounted')).rejects.toMatchObject({
    code: 'run_kind',
    message: expect.stringContaining('uncounted counted no rows'),
  });
});
