import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { renderConsole } from './console.ts';
import { hostileResult } from './testing/hostile-result.ts';
import { leakSignal, sampleOperations, sampleResult } from './testing/sample-result.ts';

const ESCAPE = '\u001b';

test('says verdict, load, operations, verification, generator, report and command', () => {
  const lines = renderConsole(sampleResult(), { colour: false }).split('\n');

  expect(lines).toEqual(
    expect.arrayContaining([
      '✓ PASS',
      expect.stringMatching(/^Load +4,000 virtual users, held 60 s, 912 requests\/s$/),
      expect.stringMatching(/^search clients +9,600 +6\.40 ms +14\.6 ms +23\.2 ms +≤ 20 ms {2}met$/),
      expect.stringMatching(/^all +54,730 /),
      expect.stringMatching(/at most 1 in 129,405 documents/),
      expect.stringMatching(/^Generator +k6: 48\.2 % of a core, peak 61\.7 %; 813 MB peak memory$/),
      expect.stringMatching(/^Report +reports\/runs\/2026-11-21T120300Z-smoke\/report\.html$/),
      expect.stringMatching(/--seed 42$/),
    ]),
  );
});

test('names the deciding signal and its reason', () => {
  const text = renderConsole(sampleResult({ signals: [leakSignal(3)] }), { colour: false });

  expect(text).toContain(
    '✗ FAIL  decided by isolation-violations\nDocuments of another account: 3 documents',
  );
});

test('marks a missed objective in words', () => {
  const operations = sampleOperations().map((operation) => ({ ...operation, objectiveP95Ms: 7 }));

  const text = renderConsole(sampleResult({ operations }), { colour: false });

  expect(text).toMatch(/^search clients .* missed$/m);
  expect(text).toMatch(/^open client .* met$/m);
});

test('fits a terminal of 100 columns', () => {
  const lines = renderConsole(sampleResult(), { colour: false }).split('\n');

  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(100);
});

test('colour adds escape sequences and changes no word', () => {
  const plain = renderConsole(sampleResult(), { colour: false });
  const coloured = renderConsole(sampleResult(), { colour: true });

  expect(plain).not.toContain(ESCAPE);
  expect(coloured).toContain(ESCAPE);
  expect(stripVTControlCharacters(coloured)).toBe(plain);
});

test('text from the result cannot steer the terminal', () => {
  const clean = renderConsole(sampleResult(), { colour: false });
  const hostile = renderConsole(hostileResult(), { colour: false });

  expect(hostile).not.toContain(ESCAPE);
  expect(hostile.split('\n')).toHaveLength(clean.split('\n').length);
});
