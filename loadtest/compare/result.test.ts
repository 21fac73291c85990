import { describe, expect, test } from 'vitest';
import { placements } from '../../reference-worker/shared-shards/placements.ts';
import type { Signal } from '../../reports/schema/index.ts';
import { ComparisonResult } from '../../reports/schema/index.ts';
import { sampleLatency } from '../../reports/testing/sample-load.ts';
import { generatorSignal, leakSignal, objectiveSignal } from '../../reports/testing/sample-result.ts';
import type { MeasuredBlock } from './experiment.ts';
import { comparisonResultOf } from './result.ts';
import { blockScenario } from './testing/block-scenario.ts';
import { measuredBlocks, treatments } from './testing/measured-blocks.ts';
import { controlTreatments, workerTreatments } from './treatments.ts';

const facts = {
  underTest: placements.underTest,
  runId: '2026-11-22T012000000Z-compare',
  startedAt: new Date('2026-11-22T01:20:00Z'),
  finishedAt: new Date('2026-11-22T01:30:00Z'),
  reproduce: 'npm run compare -- --neighbour write-storm',
  treatments,
  scenario: blockScenario,
  budgetUsd: 50,
  isControl: false,
  equivalence: 0.2,
};
const harmed = measuredBlocks({ 'shared-with-neighbour': 5 });

/** The same blocks, with one of them changed. */
const withBlock = (at: number, change: (block: MeasuredBlock) => MeasuredBlock): MeasuredBlock[] =>
  harmed.map((block, index) => (index === at ? change(block) : block));
const slower = (block: MeasuredBlock, factor: number): MeasuredBlock => ({
  ...block,
  result: { ...block.result, total: sampleLatency(2_000, 4 * factor) },
});
const withSignals = (signals: Signal[]) => (block: MeasuredBlock) => ({
  ...block,
  result: { ...block.result, signals },
});

describe('a neighbour that makes answers five times as long', () => {
  const result = comparisonResultOf(harmed, facts);

  test('is seen with its factor, on the shared shard only', () => {
    expect(result.verdict.outcome).toBe('PASS');
    expect(result.noisyNeighbours.map(({ treatment, verdict }) => [treatment, verdict])).toEqual([
      ['shared-with-neighbour', 'higher'],
      ['dedicated', 'no difference'],
    ]);
    expect(result.noisyNeighbours[0]?.factor).toBeCloseTo(5, 0);
  });

  test('moves the account, and the result follows the schema', () => {
    expect(result.decision?.choice).toBe('move to dedicated');
    expect(result.decision?.sentence).toMatch(/p99 [45](\.\d+)? times .* as long on the shared shard/);
    expect(() => ComparisonResult.parse(result)).not.toThrow();
  });

  test('is told in words, with what saturates first', () => {
    const effects = result.comparisons.filter(({ figure }) => figure === 'p99Ms').map(({ effect }) => effect);

    expect(effects[0]).toMatch(/^p99 on shared-with-neighbour is [45](\.\d+)? times that on shared$/);
    expect(effects[1]).toBe('no difference in p99 between shared and dedicated, within 20 %');
    expect(effects[2]).toMatch(
      /^p99 on dedicated is [78]\d(\.\d)? % lower than that on shared-with-neighbour$/,
    );
    expect(result.explanation.map(({ treatment }) => treatment)).toEqual(treatments.map(({ name }) => name));
  });

  test('leaves each treatment the merge of its blocks', () => {
    const [shared] = result.treatments;

    expect(shared?.blocks).toHaveLength(4);
    expect(shared?.latency.count).toBe(4 * 2_000);
    expect(result.treatments.map(({ bill }) => bill?.placement)).toEqual(['shared', 'shared', 'dedicated']);
    expect(result.treatments[1]?.blocks[0]?.verification.bodiesChecked).toBe(71_406 + 12_000);
  });
});

test('treatments that are alike show no difference, and the account stays', () => {
  const result = comparisonResultOf(measuredBlocks(), facts);

  expect(new Set(result.comparisons.map(({ verdict }) => verdict))).toEqual(new Set(['no difference']));
  expect(result.decision?.choice).toBe('stay shared');
});

test('blocks that differ as much as the neighbour might harm decide nothing, and that is no PASS', () => {
  const uneven = measuredBlocks().map((block, at) =>
    at % 3 === 1 ? slower(block, at % 2 === 0 ? 0.2 : 8) : block,
  );

  const { verdict, decision, comparisons } = comparisonResultOf(uneven, facts);

  expect(comparisons.some((each) => each.verdict === 'not told apart')).toBe(true);
  expect(decision?.choice).toBe('inconclusive');
  expect(verdict).toMatchObject({ outcome: 'INCONCLUSIVE', signal: 'decision-open' });
});

test('a placement that differs from itself is a false alarm, and no PASS', () => {
  const blocks = measuredBlocks({ 'shared-again': 1.5 }, controlTreatments(placements));
  const { verdict } = comparisonResultOf(blocks, {
    ...facts,
    treatments: controlTreatments(placements),
    budgetUsd: undefined,
    isControl: true,
  });

  expect(verdict).toMatchObject({ outcome: 'INCONCLUSIVE', signal: 'control-differences' });
});

test('a decision says first whose work it answers for', () => {
  expect(comparisonResultOf(harmed, facts).decision?.sentence).toMatch(
    /^Beside a write storm, which saturates any primary/,
  );
});

test('two Workers that differ are told apart, and nothing is decided', () => {
  const treatments = workerTreatments('/other.ts', placements);
  const { verdict, decision, comparisons } = comparisonResultOf(
    measuredBlocks({ 'other-entry': 1.5 }, treatments),
    { ...facts, treatments, budgetUsd: undefined },
  );

  expect(verdict.outcome).toBe('PASS');
  expect(decision).toBeNull();
  expect(comparisons.find(({ figure }) => figure === 'p99Ms')?.verdict).toBe('higher');
});

test('a placement against itself decides nothing', () => {
  const blocks = measuredBlocks({}, controlTreatments(placements));
  const result = comparisonResultOf(blocks, {
    ...facts,
    treatments: controlTreatments(placements),
    budgetUsd: undefined,
    isControl: true,
  });

  expect(result.verdict.outcome).toBe('PASS');
  expect(result.comparisons.every(({ verdict }) => verdict === 'no difference')).toBe(true);
  expect(result.decision).toBeNull();
});

describe('the verdict', () => {
  const clean = [leakSignal(0), generatorSignal(60), objectiveSignal(10)];

  test('is VOID when the generator spoiled one block, which is named, and no figure is compared', () => {
    const blocks = withBlock(4, withSignals([leakSignal(0), generatorSignal(99), objectiveSignal(10)]));

    const { verdict, signals, comparisons, noisyNeighbours, explanation, decision } = comparisonResultOf(
      blocks,
      facts,
    );

    expect(verdict).toMatchObject({ outcome: 'VOID', signal: 'generator-cpu' });
    expect(signals.find(({ id }) => id === 'generator-cpu')?.title).toContain(
      'block 5, shared-with-neighbour',
    );
    expect([comparisons, noisyNeighbours, explanation, decision]).toEqual([[], [], [], null]);
  });

  test('is VOID when a signal of one block was not measured', () => {
    const blocks = withBlock(7, withSignals([leakSignal(0), generatorSignal(Number.NaN)]));

    expect(comparisonResultOf(blocks, facts).verdict.outcome).toBe('VOID');
  });

  test('is FAIL when one block leaked, and nothing is decided', () => {
    const { verdict, decision } = comparisonResultOf(
      withBlock(0, withSignals([leakSignal(1), ...clean.slice(1)])),
      facts,
    );

    expect([verdict.outcome, verdict.signal, decision]).toEqual(['FAIL', 'isolation-violations', null]);
  });

  test('is FAIL when a neighbour was shown data of another account', () => {
    const blocks = withBlock(1, (block) => ({
      ...block,
      neighbour: block.neighbour && { ...block.neighbour, isolationViolations: 1 },
    }));

    expect(comparisonResultOf(blocks, facts).verdict).toMatchObject({
      outcome: 'FAIL',
      signal: 'neighbour-isolation-violations',
    });
  });

  test('is INCONCLUSIVE when a neighbour did nothing', () => {
    const blocks = withBlock(1, (block) => ({
      ...block,
      neighbour: block.neighbour && { ...block.neighbour, requests: 0 },
    }));

    expect(comparisonResultOf(blocks, facts).verdict).toMatchObject({
      outcome: 'INCONCLUSIVE',
      signal: 'neighbour-at-work',
    });
  });

  test('is INCONCLUSIVE when a neighbour never began', () => {
    const blocks = withBlock(1, (block) => ({ ...block, neighbour: undefined }));

    expect(comparisonResultOf(blocks, facts).verdict).toMatchObject({
      outcome: 'INCONCLUSIVE',
      signal: 'neighbour-at-work',
    });
  });

  test('is not moved by an objective that a treatment misses: that is what is found out', () => {
    const blocks = withBlock(1, withSignals([leakSignal(0), generatorSignal(60), objectiveSignal(900)]));

    expect(comparisonResultOf(blocks, facts).verdict.outcome).toBe('PASS');
  });
});
