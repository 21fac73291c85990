import { describe, expect, test } from 'vitest';
import type { DatabaseUse, Treatment } from '../../reports/schema/index.ts';
import { explain } from './explanation.ts';
import { objectiveUse } from './placement-facts.ts';
import { blockScenario } from './testing/block-scenario.ts';
import { measuredBlocks, treatments } from './testing/measured-blocks.ts';
import { treatmentOf } from './treatment-result.ts';

const [plan] = treatments;
if (!plan) throw new Error('a comparison has treatments');
const blocks = measuredBlocks().filter(({ treatment }) => treatment === plan);
const treatment = treatmentOf(plan, blocks, []);

const use = (database: string, instance: string, utilisation: number): DatabaseUse => ({
  ...{ database, instance, utilisation },
  requests: 1_000,
  meanServiceMs: 7,
  meanQueueMs: 80,
  longestQueue: 15,
});
const withDatabases = (...databases: DatabaseUse[]): Treatment => ({
  ...treatment,
  neighbour: 'write-storm',
  databases,
});

describe('an explanation', () => {
  test('names the database that gives way first, its queue, and where the time goes', () => {
    const { saturatesFirst, sentence } = explain(
      withDatabases(use('shard-eu-1', 'WEUR', 0.2), use('shard-eu-1', 'primary', 0.99)),
      'acme',
      'shard-eu-1',
    );

    expect(saturatesFirst).toBe('primary of shard-eu-1');
    expect(sentence).toBe(
      'The primary of shard-eu-1 is 99 % busy, and gives way first: a request waits 80.0 ms for its turn and takes ' +
        '7.00 ms, in a queue of up to 15. The largest part of the time of acme, 42.7 %, goes to D1, WEUR replica.',
    );
  });

  test('does not blame a database that the account does not use, but names its load', () => {
    const { saturatesFirst, sentence } = explain(
      withDatabases(use('shard-eu-1', 'primary', 1), use('shard-acme', 'WEUR', 0.1)),
      'acme',
      'shard-acme',
    );

    expect(saturatesFirst).toBe('WEUR replica of shard-acme');
    expect(sentence).toMatch(/10 % busy, more than any other/);
    expect(sentence).toMatch(
      /The write-storm keeps the primary of shard-eu-1 100 % busy, which acme does not use here\.$/,
    );
  });

  test('says so when nothing was asked', () => {
    expect(explain(withDatabases(), 'acme', 'shard-eu-1').saturatesFirst).toBe('not known');
  });
});

describe('the blocks of a treatment', () => {
  test('count as idle for a database that only some of them asked', () => {
    const [first, ...rest] = blocks;
    if (!first) throw new Error('a treatment has blocks');
    const silent = rest.map((block) => ({ ...block, result: { ...block.result, databases: [] } }));

    const primary = treatmentOf(plan, [first, ...silent], []).databases.find(
      ({ instance }) => instance === 'primary',
    );

    expect(primary?.utilisation).toBeCloseTo((first.result.databases[0]?.utilisation ?? 0) / blocks.length);
  });

  test('share out all of the time', () => {
    expect(treatment.serviceParts.reduce((sum, { shareOfTime }) => sum + shareOfTime, 0)).toBeCloseTo(1);
  });

  test('leave the room that a capacity run would tell, by the same growth model', () => {
    expect(treatment.storage).toEqual(blocks[0]?.result.headroom?.storage);
    expect(treatment.storage?.[0]?.growthModel).toBe('history');
  });
});

describe('the use of objectives', () => {
  const p95Ms = treatment.latency.p95Ms;

  test('is that of the tightest', () => {
    expect(objectiveUse(treatment, blockScenario, 1).ratio).toBeCloseTo(p95Ms / 100);
    const operations = treatment.operations.map((operation) => ({ ...operation, objectiveP95Ms: p95Ms / 2 }));
    expect(objectiveUse({ ...treatment, operations }, blockScenario, 1).ratio).toBeCloseTo(2);
  });

  test('is that of the p99 where the p95 hides it', () => {
    const totalObjective = {
      ...blockScenario.totalObjective,
      p95Ms: 1e6,
      p99Ms: treatment.latency.p99Ms / 3,
    };

    expect(objectiveUse(treatment, { ...blockScenario, totalObjective }, 1).ratio).toBeCloseTo(3);
  });

  test('counts failures against their budget', () => {
    const failing = treatment.blocks.map((block) => ({ ...block, failures: 6 }));

    expect(objectiveUse({ ...treatment, blocks: failing }, blockScenario, 1).ratio).toBeCloseTo(3);
    expect(
      objectiveUse({ ...treatment, blocks: failing }, { ...blockScenario, failureBudget: 0 }, 1).ratio,
    ).toBeGreaterThan(1e9);
  });

  test('is as uncertain as its blocks differ, and wholly where there is one', () => {
    const { ratio, interval } = objectiveUse(treatment, blockScenario, 1);
    const [first] = treatment.blocks;

    expect(interval.low).toBeLessThan(ratio);
    expect(objectiveUse(treatment, blockScenario, 15).interval.high).toBeGreaterThan(interval.high);
    expect(objectiveUse({ ...treatment, blocks: first ? [first] : [] }, blockScenario, 1).interval).toEqual({
      low: 0,
      high: Number.POSITIVE_INFINITY,
    });
  });
});
