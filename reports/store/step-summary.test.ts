import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { appendStepSummary } from './step-summary.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shardproof-summary-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('in a GitHub step the summary follows what the step said before', async () => {
  const file = join(folder, 'summary');
  await writeFile(file, 'before\n');

  await appendStepSummary('## PASS\n', { GITHUB_STEP_SUMMARY: file });

  expect(await readFile(file, 'utf8')).toBe('before\n## PASS\n\n');
});

test.each([{}, { GITHUB_STEP_SUMMARY: '' }])('elsewhere nothing is written: %j', async (env) => {
  await expect(appendStepSummary('## PASS\n', env)).resolves.toBeUndefined();
});

test('a summary that cannot be written is an error, not silence', async () => {
  const env = { GITHUB_STEP_SUMMARY: join(folder, 'missing', 'summary') };

  await expect(appendStepSummary('## PASS\n', env)).rejects.toThrow('ENOENT');
});
