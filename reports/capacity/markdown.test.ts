import { expect, test } from 'vitest';
import { renderMarkdown } from '../render/index.ts';
import { hostileResult } from '../testing/hostile-result.ts';
import { sampleLadder } from '../testing/sample-ladder.ts';
import { objectiveSignal, sampleResult } from '../testing/sample-result.ts';
import { capacityReport } from './report.ts';

test('leads with the verdict, its reason and the figures', () => {
  const lines = renderMarkdown(capacityReport(sampleResult())).split('\n');

  expect(lines[0]).toBe('## ✅ PASS: capacity run 2026-11-21T120300Z-smoke');
  expect(lines).toContain('All signals hold (3 of 3).');
  expect(lines).toContain(
    '| search clients | 9,600 | 0 | 6.80 ms | 15.8 ms | ≤ 20 ms | 25.2 ms | ≤ 80 ms | met |',
  );
  expect(lines).toContain('npm run capacity -- --scenario steady --topology shared --seed 42');
});

test('names the deciding signal and makes a breach loud', () => {
  const text = renderMarkdown(capacityReport(sampleResult({ signals: [objectiveSignal(25)] })));

  expect(text).toContain('Decided by p95-search-clients.');
  expect(text).toContain('| 25 ms | at most 20 ms | **breached** |');
});

test('answers before tables: the largest load, what is left, and each table behind a fold', () => {
  const text = renderMarkdown(capacityReport(sampleLadder()));

  const order = [
    '**4,593** virtual users',
    '**Headroom:**',
    '- shard-1 holds',
    '<details>',
    '| search clients',
  ].map((part) => text.indexOf(part));
  expect(order).not.toContain(-1);
  expect(order).toEqual(order.toSorted((a, b) => a - b));
  const folds = [...text.matchAll(/<summary>([^<]+)<\/summary>\n\n/g)].map(([, title]) => title);
  expect(folds).toEqual([
    'Largest load it sustains',
    'Over time',
    'Where the time goes',
    'Headroom and cost',
    'What was modelled',
    'Isolation and freshness',
    'Processes',
    'Accounts and shards',
    'Setup',
  ]);
  expect(text.match(/<details>/g)).toHaveLength(text.match(/<\/details>/g)?.length ?? 0);
  const heads = ['Rungs of the ladder', 'Beyond the limit', 'By PoP', 'Databases', 'Phase', 'Part', 'Item'];
  for (const head of heads) expect(text).toMatch(new RegExp(`^(?:#### ${head}$|\\| ${head} \\|)`, 'm'));
});

test('a run without a ladder, a bill or Server-Timing has no section for them', () => {
  const text = renderMarkdown(
    capacityReport(sampleResult({ headroom: null, serviceParts: [], databases: [] })),
  );

  expect(text).not.toMatch(/Sustains|Headroom|Parts of the time|Databases|undefined|NaN/);
});

test('text from the result stays text: no markup, no extra column, no extra line', () => {
  const columns = (text: string) =>
    text.split('\n').map((line) => (line.startsWith('|') ? line.split(/(?<!\\)\|/).length : 0));

  const clean = renderMarkdown(capacityReport(sampleLadder({ totalFromSending: sampleResult().total })));
  const hostile = renderMarkdown(capacityReport(hostileResult()));

  expect(columns(hostile)).toEqual(columns(clean));
  const prose = hostile.replaceAll(/```sh\n.*\n```/g, '');
  expect(prose).not.toMatch(/(?<!\\)<(?:script|img)/);
});
