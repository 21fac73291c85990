import { expect, test } from 'vitest';
import { capacityReport } from '../capacity/index.ts';
import { comparisonReport } from '../comparison/index.ts';
import { sampleComparison } from '../comparison/testing/sample-comparison.ts';
import { conformanceReport } from '../conformance/index.ts';
import { sampleConformance } from '../conformance/testing/sample-conformance.ts';
import type { Report } from '../document/index.ts';
import { sampleLadder } from '../testing/sample-ladder.ts';
import { sampleResult } from '../testing/sample-result.ts';
import { renderConsole } from './index.ts';

const reports: [string, () => Report][] = [
  ['a run', () => capacityReport(sampleResult())],
  ['a ladder', () => capacityReport(sampleLadder())],
  ['a comparison', () => comparisonReport(sampleComparison())],
  ['conformance', () => conformanceReport(sampleConformance(), {})],
];
/** Commands and addresses are copied, and no word is broken. */
const canBreak = (line: string): boolean => !/^(?:Run again|Report)\b|^ *(?:npm run|npx|curl) /.test(line);
const wordsOf = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');

test.each(reports)('%s fits a terminal of 60 columns, and loses no word', (_, reportOf) => {
  const report = reportOf();

  const [wide, narrow] = [100, 60].map((columns) => renderConsole(report, { colour: false, columns }));

  const tooLong = narrow?.split('\n').filter((line) => line.length > 60 && canBreak(line));
  expect(tooLong).toEqual([]);
  const told = new Set(wordsOf(narrow ?? '').map((word) => word.replace(/:$/, '')));
  expect(wordsOf(wide ?? '').filter((word) => !told.has(word.replace(/:$/, '')))).toEqual([]);
});
