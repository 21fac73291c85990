import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  failedCheck,
  sampleCheck,
  sampleConformance,
} from '../../reports/conformance/testing/sample-conformance.ts';
import { tellGitHub } from './github.ts';

const ROOT = join(import.meta.dirname, '..', '..');

test('a step has the summary on its page', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'github-')), 'summary');

  const lines = await tellGitHub(sampleConformance({ checks: [failedCheck()] }), {
    GITHUB_STEP_SUMMARY: file,
  });

  expect(readFileSync(file, 'utf8')).toMatch(/^## .*FAIL: conformance run /);
  expect(lines).toEqual([]);
});

test('each check that did not pass is annotated at its source, in the checkout, escaped', async () => {
  const result = sampleConformance({
    checks: [
      failedCheck({ reason: '100 % wrong:\nx,y' }),
      sampleCheck({ id: 'limits/x', verdict: 'INCONCLUSIVE', reason: 'Broke off.' }),
      sampleCheck({ id: 'limits/y', verdict: 'SKIPPED' }),
      sampleCheck(),
    ],
  });

  const lines = await tellGitHub(result, { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: join(ROOT, '..') });

  const folder = ROOT.split('/').at(-1);
  const command = 'npm run conformance -- --only isolation/swapped-id --seed 7';
  expect(lines).toEqual([
    `::error file=${folder}/conformance/checks/isolation/swapped-id.ts,line=1,title=FAIL isolation/swapped-id::100 %25 wrong:%0Ax,y%0A${command}`,
    `::warning file=${folder}/conformance/checks/isolation/swapped-id.ts,line=1,title=INCONCLUSIVE limits/x::Broke off.%0A${command}`,
  ]);
});

test('why nothing was run is an error of its own', async () => {
  const result = { ...sampleConformance({ checks: [] }), preflightProblem: 'unreachable: nobody is there' };

  const lines = await tellGitHub(result, { GITHUB_ACTIONS: 'true' });

  expect(lines).toEqual(['::error title=conformance::unreachable: nobody is there']);
});

test('elsewhere nothing is told', async () => {
  expect(
    await tellGitHub(sampleConformance({ checks: [failedCheck()] }), { GITHUB_ACTIONS: 'false' }),
  ).toEqual([]);
});
