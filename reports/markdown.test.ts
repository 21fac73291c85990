import { expect, test } from 'vitest';
import { renderMarkdown } from './markdown.ts';
import { hostileResult } from './testing/hostile-result.ts';
import { objectiveSignal, sampleResult } from './testing/sample-result.ts';

test('leads with the verdict, its reason and the figures', () => {
  const lines = renderMarkdown(sampleResult()).split('\n');

  expect(lines[0]).toBe('## ✅ PASS: capacity run 2026-11-21T120300Z-smoke');
  expect(lines).toContain('All signals hold (3 of 3).');
  expect(lines).toContain('| search clients | 9,600 | 0 | 6.40 ms | 14.6 ms | 23.2 ms | ≤ 20 ms | met |');
  expect(lines).toContain('npm run capacity -- --profile default --topology shared --seed 42');
});

test('names the deciding signal and makes a breach loud', () => {
  const text = renderMarkdown(sampleResult({ signals: [objectiveSignal(25)] }));

  expect(text).toContain('Decided by p95-search-clients.');
  expect(text).toContain('| 25 ms | at most 20 ms | **breached** |');
});

test('text from the result stays text: no markup, no extra cell, no extra line', () => {
  const cells = (text: string) =>
    text.split('\n').map((line) => (line.startsWith('|') ? line.split(/(?<!\\)\|/).length : 0));

  const clean = renderMarkdown(sampleResult());
  const hostile = renderMarkdown(hostileResult());

  expect(cells(hostile)).toEqual(cells(clean));
  const prose = hostile.replaceAll(/```sh\n.*\n```/g, '');
  expect(prose).not.toMatch(/(?<!\\)<(?:script|img)/);
});
