import { expect, test } from 'vitest';
import { renderMarkdown } from '../render/index.ts';
import { sampleResult } from '../testing/sample-result.ts';
import { sampleStatements } from '../testing/sample-statements.ts';
import { capacityReport } from './report.ts';

test('statements stand with their rows, their share of the cost, their plan, and the index that would help', () => {
  const text = renderMarkdown(capacityReport({ ...sampleResult(), statements: sampleStatements }));

  expect(text).toContain('SELECT id FROM people WHERE surname = ?1 LIMIT 10');
  expect(text).toContain('SEARCH people USING COVERING INDEX peopleBySurname');
  expect(text).toContain('2.4 (2.1 to 2.7)');
  expect(text).toContain('98.2 %');
  expect(text).toContain('CREATE INDEX peopleByCity ON people (city)');
  expect(text).toContain('Not counted, because SQLite could not run them again: 3 executions.');
});

test('without a count, and in a spoiled run, there is no such section', () => {
  const { statements: _, ...uncounted } = { ...sampleResult(), statements: sampleStatements };
  const spoiled = {
    ...sampleResult(),
    statements: sampleStatements,
    verdict: { outcome: 'VOID' as const, signal: 'none', reason: 'spoiled' },
  };

  expect(renderMarkdown(capacityReport(uncounted))).not.toContain('By statement');
  expect(renderMarkdown(capacityReport(spoiled))).not.toContain('By statement');
});
