import { describe, expect, test } from 'vitest';
import { capacityReport } from '../capacity/index.ts';
import { decide } from '../document/verdict.ts';
import { renderConsole, renderHtml, renderMarkdown } from '../render/index.ts';
import type { RunResult } from '../schema/index.ts';
import { latencyHistogram, latencyOf } from '../statistics/index.ts';
import { sampleLadder } from '../testing/sample-ladder.ts';
import { nothingMeasured, sampleLatency } from '../testing/sample-load.ts';
import { generatorSignal, leakSignal, objectiveSignal, sampleResult } from '../testing/sample-result.ts';
import { figuresOf, leakStatement, objectiveState, percentileTexts } from './figures.ts';
import { formatCount, formatMs } from './index.ts';

const renderers: [name: string, render: (result: RunResult) => string | Promise<string>][] = [
  ['console', (result) => renderConsole(capacityReport(result), { colour: false, columns: 100 })],
  ['markdown', (result) => renderMarkdown(capacityReport(result))],
  ['html', (result) => renderHtml(capacityReport(result))],
];

const slow = objectiveSignal(1234.567);
const starved = generatorSignal(97);
/** Figures that no other part of a page could print by chance. */
const run = (signals: RunResult['signals']) =>
  sampleResult({
    signals,
    load: { ...sampleResult().load, peakVirtualUsers: 7351, requests: 48_613, requestsPerSecond: 83_619 },
  });

const headlines = ({ load, total }: RunResult) => [
  formatCount(load.peakVirtualUsers),
  formatCount(load.requestsPerSecond),
  formatCount(load.requests),
  formatMs(total.p95Ms),
];

/** Everything that there is to withhold. */
const full = sampleLadder({ totalFromSending: sampleLatency(500, 7) });
describe.each(renderers)('%s', (_, render) => {
  test.each([
    ['VOID', 'it decided the verdict', [leakSignal(0), starved]],
    ['FAIL', 'a leak, which outranks that, decided', [leakSignal(2), starved]],
  ])(
    'a spoiled measurement is %s and reads the same whatever was measured: %s',
    async (outcome, _, signals) => {
      const spoiled = { signals, verdict: decide(signals) };
      const withObjective = (observed: number) => [...signals, objectiveSignal(observed)];

      const text = await render({ ...full, ...spoiled, signals: withObjective(1234.567) });

      expect(text).toContain(outcome);
      expect(await render({ ...full, ...nothingMeasured, ...spoiled, signals: withObjective(31.4) })).toBe(
        text,
      );
    },
  );

  test.each([
    ['PASS', [leakSignal(0)]],
    ['FAIL', [leakSignal(2)]],
    ['FAIL', [slow]],
    ['INCONCLUSIVE', [{ ...starved, onBreach: 'INCONCLUSIVE' as const }]],
  ])('prints them for a sound measurement that ends as %s', async (outcome, signals) => {
    const result = run(signals);

    const text = await render(result);

    expect(text).toContain(outcome);
    for (const figure of headlines(result)) expect(text).toContain(figure);
  });
});

test('figuresOf gives nothing for a run without signals', () => {
  expect(figuresOf(run([]))).toBeUndefined();
});

describe('leakStatement', () => {
  const { verification } = sampleResult();
  const statementFor = (override: Partial<RunResult['verification']>) =>
    leakStatement(sampleResult({ verification: { ...verification, ...override } }));

  test('a clean run states the rule-of-three bound', () => {
    const bound = statementFor({ documentsChecked: 300_000, leakRateUpperBound95: 1e-5 });

    expect(bound).toContain('at most 1 in 100,000 documents');
  });

  test('no bound after a leak, or when nothing was checked', () => {
    expect(statementFor({ isolationViolations: 1 })).not.toContain('at most');
    expect(statementFor({ documentsChecked: 0, leakRateUpperBound95: 1 })).toContain('nothing is proved');
  });
});

test('an operation that nobody called has neither percentiles nor a met objective', () => {
  const [operation] = sampleResult().operations;
  const idle = { ...operation, objectiveP95Ms: 20, latency: latencyOf(latencyHistogram()) } as const;

  expect(percentileTexts(idle.latency)).toEqual(['–', '–', '–']);
  expect(objectiveState({ ...idle, name: 'idle', kind: 'read', requests: 0, failures: 0 })).toBe(
    'no requests',
  );
});
