import { describe, expect, test } from 'vitest';
import { givenTo } from '../../reports/command/given.testing.ts';
import { comparisonReport } from '../../reports/comparison/index.ts';
import { renderConsole, renderHtml } from '../../reports/index.ts';
import { ComparisonResult } from '../../reports/schema/index.ts';
import { sampleLatency, sampleSeries } from '../../reports/testing/sample-load.ts';
import { leakSignal, sampleResult } from '../../reports/testing/sample-result.ts';
import { subjectOf } from '../system.ts';
import { system } from '../testing/reference.ts';
import { verbs } from '../verbs.ts';
import { type TargetBlock, treatmentAt } from './run-targets.ts';
import { isOfTargets, readTargets, type TargetsChoice } from './targets.ts';
import { targetsResultOf } from './targets-result.ts';
import { measuredBlocks } from './testing/measured-blocks.ts';

const [ONE, OTHER] = ['https://one.example.com', 'https://other.example.com'];
const subject = await subjectOf(system);
const given = (...argv: readonly string[]) => givenTo(verbs, 'compare', argv);
const signal = new AbortController().signal;

describe('of two deployed Workers', () => {
  test('it is said by two URLs, and only what goes there is taken', () => {
    expect([isOfTargets(given()), isOfTargets(given('--target', ONE))]).toEqual([false, true]);
    expect(() => isOfTargets(given('--target', ONE, '--entry', 'x.ts'))).toThrow(
      /^bad_option: --entry: only the/,
    );
    expect(() => isOfTargets(given('--account', 'x'))).toThrow(/^bad_option: --account: .* give two URLs/);
  });

  test.each([
    [['--target', ONE], /takes two URLs/],
    [['--target', ONE, '--target', `${ONE}/`], /named twice/],
    [['--target', 'http://127.0.0.2:1', '--target', 'http://127.0.0.3:1'], /up to \d+ requests, .*--budget/],
    [['--target', 'http://127.0.0.2:1', '--target', 'http://127.0.0.3:1', '--pairs', '3'], /must be even/],
  ])('%j is refused before anything is sent', async (argv, message) => {
    await expect(readTargets(given(...argv), subject, signal)).rejects.toThrow(message);
  });

  test('the budget is of all blocks of one of them', async () => {
    const asked = (pairs: string) =>
      readTargets(
        given('--target', 'http://127.0.0.2:1', '--target', 'http://127.0.0.3:1', '--pairs', pairs),
        subject,
        signal,
      ).catch((error: Error) => Number(/up to (\d+) requests/.exec(error.message)?.[1]));

    expect(Number(await asked('8')) / Number(await asked('2'))).toBeCloseTo(4, 2);
  });
});

const JUDGED = {
  objectives: { view: { p95Ms: 20, p99Ms: 80 } },
  failureBudget: 0.001,
  longestStallMs: 2_000,
};

const choice = {
  targets: [ONE, OTHER].map((url) => ({
    url,
    scenario: { ...subject.system, ...sampleScenario() },
    plan: { account: 'a' },
  })),
  ...{ pairs: 4, leavesOpen: undefined, effect: 0.2, leaveDocuments: false },
  given: { system: undefined, config: undefined, account: undefined, budget: 9_000 },
} as unknown as TargetsChoice; // what a result is made of

function sampleScenario() {
  const { scenario } = sampleResult();
  return { ...scenario, ...JUDGED, journey: {}, slowMotion: 1 };
}

/** @param slower how many times as long answers take at the other one @param pops what answers there */
function blocks({ slower = 1, pops = ['LHR'], leak = 0 } = {}): TargetBlock[] {
  const plans = [ONE, OTHER].map((url) => treatmentAt({ url }));
  const measured = measuredBlocks(
    { [OTHER]: slower },
    plans as unknown as Parameters<typeof measuredBlocks>[1],
  );
  const [series] = sampleSeries();
  if (!series) throw new Error('the sample has a series');
  return measured.map((block) => ({
    ...block,
    result: {
      ...block.result,
      signals: [leakSignal(block.treatment.name === OTHER ? leak : 0)],
      ...{ databases: [], serviceParts: [], headroom: null },
    },
    remote: {
      series: (block.treatment.name === OTHER ? pops : ['LHR']).map((pop) => ({
        ...series,
        pop,
        requests: 100,
      })),
      connecting: sampleLatency(30, 9),
      cleanedUp: { removed: 3, restored: 2, left: 0, examples: [] },
      notMeasured: ['what databases did'],
    },
  }));
}

const resultOf = (measured: readonly TargetBlock[]) => {
  const { environment } = sampleResult();
  return targetsResultOf(measured, choice, {
    startedAt: new Date(),
    environment,
    doubts: ['its clock is off'],
  });
};

describe('a comparison of two deployed Workers', () => {
  test('follows the schema, finds the same alike, and tells of places and connecting apart from answers', () => {
    const result = resultOf(blocks());

    expect(ComparisonResult.parse(result)).toEqual(result);
    expect(result.verdict.outcome).toBe('PASS');
    expect(result.comparisons.map(({ verdict }) => verdict)).toEqual(Array(4).fill('no difference'));
    expect(
      result.remote?.targets.map(({ treatment, pops, connecting, cleanedUp }) => [
        treatment,
        pops,
        connecting?.count,
        cleanedUp,
      ]),
    ).toEqual(
      [ONE, OTHER].map((url) => [
        url,
        [{ pop: 'LHR', share: 1 }],
        120,
        { removed: 12, restored: 8, left: 0, examples: [] },
      ]),
    );
    expect(result.reproduce).toContain(`--target ${ONE} --target ${OTHER}`);
  });

  test('finds the slower one', () => {
    const { comparisons, verdict } = resultOf(blocks({ slower: 1.5 }));

    expect(comparisons.find(({ figure }) => figure === 'p95Ms')).toMatchObject({
      other: OTHER,
      verdict: 'higher',
    });
    expect(verdict.outcome).toBe('PASS');
  });

  test('is open where other places answered: the difference may be of them', () => {
    expect(resultOf(blocks({ pops: ['LHR', 'FRA'] })).verdict).toMatchObject({
      outcome: 'INCONCLUSIVE',
      signal: 'same-pops',
    });
  });

  test('compares nothing where one of them leaks', () => {
    expect(resultOf(blocks({ leak: 1 }))).toMatchObject({
      verdict: { outcome: 'FAIL', signal: 'isolation-violations' },
      comparisons: [],
    });
  });

  test('says in its report what nobody could see, and speaks of no placement, no shard and no bill', async () => {
    const report = comparisonReport(resultOf(blocks()));

    const texts = [renderConsole(report, { colour: false, columns: 100 }), await renderHtml(report)];
    for (const text of texts) {
      expect(text).toContain('what databases did');
      expect(text).toContain('its clock is off');
      expect(text).toContain(ONE);
      expect(text).not.toMatch(/[Pp]lacement(?!s(-title)?\\?")|a month|Data plane/);
    }
    expect(texts[1]).toContain('Connecting p95');
  });
});
