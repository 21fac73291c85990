import { expect, test } from 'vitest';
import { percentileTexts } from '../document/index.ts';
import { mergeLatencies } from '../statistics/index.ts';
import { sampleSeries } from '../testing/sample-load.ts';
import { sampleResult } from '../testing/sample-result.ts';
import { phaseTable, popTable } from './load.ts';

test("a PoP's percentiles are those of its merged histograms, by the deployment that answered", () => {
  const moved = {
    ...sampleResult(),
    series: sampleSeries().map((each, index) => (index === 0 ? { ...each, placement: 'dedicated' } : each)),
  };

  const { rows } = popTable(moved);

  const edi = sampleSeries().filter(({ pop }) => pop === 'EDI');
  expect(rows).toContainEqual([
    'EDI',
    'shared',
    '5,473',
    '0',
    ...percentileTexts(mergeLatencies(edi.map(({ latency }) => latency))),
  ]);
  expect(rows.map(([pop, placement]) => `${pop} ${placement}`)).toEqual([
    'LHR dedicated',
    'MAN shared',
    'EDI shared',
    'LHR shared',
  ]);
});

test('each phase says whether it counts', () => {
  const { rows } = phaseTable(sampleResult());

  expect(rows.map(([name, counts]) => [name, counts])).toEqual([
    ['climb', 'no'],
    ['settle', 'no'],
    ['hold', 'yes'],
  ]);
});
