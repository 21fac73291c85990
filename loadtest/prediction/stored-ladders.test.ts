import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Behaviour } from '../../reference-worker/target/index.ts';
import { RunResult } from '../../reports/schema/index.ts';
import { sum } from '../sum.ts';
import { scenarios } from '../testing/scenarios.ts';
import { operationsAsked, predictAnswers } from './predict-shards.ts';

/** How near the model comes to two ladders that were really climbed, and where it does not: at the bend it is the faster one. */
const SAMPLES = join(import.meta.dirname, '..', '..', 'reports', 'sample');
const { latency: profile } = Behaviour.parse({ latency: 'uk-eu' });

describe.each(['capacity', 'capacity-replicated'])('of the stored ladder %s', (name) => {
  const stored = RunResult.parse(JSON.parse(readFileSync(join(SAMPLES, name, 'result.json'), 'utf8')));
  const asked = new Map(stored.operations.map(({ name: operation, requests }) => [operation, requests]));
  const operations = operationsAsked(scenarios.step, (operation) => asked.get(operation) ?? 0);
  const rungs = stored.phases.filter(({ counts }) => counts);
  const workers = stored.processes.filter(({ role }) => role === 'worker');
  const workerMs =
    (10 *
      sum(workers.map(({ meanCpuPercent }) => meanCpuPercent)) *
      sum(rungs.map(({ seconds }) => seconds))) /
    sum(rungs.map(({ requests }) => requests));
  const predicted = rungs.map(({ virtualUsers, requestsPerSecond, latency }) => {
    const answers = predictAnswers(virtualUsers, scenarios.step, profile, {
      hasReplicas: stored.behaviour.readReplication === 'auto',
      ...{ requests: 40_000, seed: 1, operations },
    });
    return {
      rate: answers.requestsPerSecond / requestsPerSecond,
      mean: (answers.meanMs + workerMs) / latency.meanMs,
    };
  });
  const apart = (figure: 'rate' | 'mean'): number[] =>
    rungs.flatMap(({ virtualUsers }, at) =>
      Math.abs((predicted[at]?.[figure] ?? 0) - 1) > 0.1 ? [virtualUsers] : [],
    );

  test('every rate is within 10 %', () => {
    expect(rungs).toHaveLength(10);
    expect(apart('rate')).toEqual([]);
  });

  test('the mean of an answer is within 10 % on both sides of the bend', () => {
    const bend = stored.knee?.virtualUsersBracket;
    if (!bend?.high) throw new Error('the ladder has found its knee');
    const { low, high } = bend;

    expect(apart('mean').every((users) => users >= low && users <= high)).toBe(true);
    expect(apart('mean').length).toBeLessThan(5);
  });
});
