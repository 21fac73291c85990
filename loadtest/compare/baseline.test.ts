import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decide, writeRun } from '../../reports/index.ts';
import type { RunResult } from '../../reports/schema/index.ts';
import { sampleLadder } from '../../reports/testing/sample-ladder.ts';
import { leakSignal, objectiveSignal, sampleResult } from '../../reports/testing/sample-result.ts';
import { sampleStatements } from '../../reports/testing/sample-statements.ts';
import { askedOfRun } from './asked.ts';
import { baselineFor, heldAgainst, readBaselines } from './baseline.ts';

let runs = 0;
/** As the sample, with seconds that differ by chance, and one run from the other by a factor. */
function run(factor = 1, overrides: Partial<RunResult> = {}): RunResult {
  runs += 1;
  const sample = sampleResult(overrides);
  return {
    ...sample,
    runId: `run-${runs}`,
    startedAt: new Date(Date.UTC(2026, 10, 22, runs)).toISOString(),
    timeline: sample.timeline.map((second) => ({
      ...second,
      p95Ms: second.p95Ms * factor * (1 + 0.03 * Math.sin(runs * second.second ** 2)),
    })),
  };
}
const withVerdictOf = (signals: RunResult['signals']): Partial<RunResult> => ({
  signals,
  verdict: decide(signals),
});
const fails = withVerdictOf([objectiveSignal(99)]);
const voided = withVerdictOf([leakSignal(Number.NaN)]);

describe('a run that is held against an earlier one', () => {
  test('and is no worse passes: that it is not is a finding of its own', () => {
    const held = heldAgainst(run(), run(1.01), true);

    expect(held.verdict.outcome).toBe('PASS');
    expect(held.baseline?.figures.map(({ finding }) => finding)).toEqual(['none', 'none', 'none']);
    expect(held.signals.slice(-2).map(({ id, holds }) => [id, holds])).toEqual([
      ['regression', true],
      ['regression-not-told', true],
    ]);
  });

  test('and is slower fails, and says what is worse than in which run', () => {
    const baseline = run();

    const held = heldAgainst(baseline, run(1.3), true);

    expect(held.verdict).toMatchObject({ outcome: 'FAIL', signal: 'regression' });
    expect(held.verdict.reason).toContain(`Regressions since ${baseline.runId}: p95 of a second is higher`);
    expect(held.reproduce).toMatch(new RegExp(`--baseline ${baseline.runId} --fail-on regression$`));
  });

  test('passes a gate that nobody asked for, and says all the same that it is slower', () => {
    const held = heldAgainst(run(), run(1.3), false);

    expect(held.verdict.outcome).toBe('PASS');
    expect(held.baseline?.regressions).toEqual(['p95 of a second is higher']);
  });

  test('and is too uneven to tell is open', () => {
    const uneven = run();
    const timeline = uneven.timeline.map((second) => ({
      ...second,
      p95Ms: second.p95Ms * (Math.floor(second.second / 10) % 2 === 0 ? 0.6 : 1.7),
    }));

    const held = heldAgainst(run(), { ...uneven, timeline }, true);

    expect(held.verdict).toMatchObject({ outcome: 'INCONCLUSIVE', signal: 'regression-not-told' });
  });

  test('and reads more rows fails, however fast it is', () => {
    const all = (mean: number) => ({ mean, low: mean, high: mean });
    const operations = sampleStatements.operations.map((each) => ({ ...each, rowsRead: all(871) }));

    const held = heldAgainst(
      run(1, { statements: sampleStatements }),
      run(1, { statements: { ...sampleStatements, operations } }),
      true,
    );

    expect(held.verdict).toMatchObject({ outcome: 'FAIL', signal: 'regression' });
    expect(held.verdict.reason).toContain('search: a request reads 14 -> 871 rows');
  });

  test('with other documents is open: they are known only when they have been made', () => {
    const { topology } = run();
    const accounts = topology.accounts.map((account) => ({ ...account, documents: 1 }));

    const held = heldAgainst(run(), run(1, { topology: { ...topology, accounts } }), true);

    expect(held.verdict).toMatchObject({ outcome: 'INCONCLUSIVE', signal: 'regression-not-told' });
    expect(held.verdict.reason).toContain('documents');
  });

  test('fails by its own signals first, and is held against nothing when it is void', () => {
    expect(heldAgainst(run(), run(1.3, fails), true).verdict.signal).toBe('p95-search-clients');
    const spoiled = run(1.3, voided);
    expect(heldAgainst(run(), spoiled, true)).toEqual(spoiled);
  });
});

describe('of two ladders', () => {
  const ladder = (factor: number, kneeAt?: number): RunResult => {
    const sample = sampleLadder();
    const seconds = sample.scenario.phases.reduce((sum, phase) => sum + phase.seconds, 0);
    const [second] = sample.timeline;
    if (!second || !sample.knee) throw new Error('the sample has a timeline and a knee');
    const timeline = Array.from({ length: seconds }, (_, at) => {
      // Beyond the fourth rung, which is the last that is sustained, nothing is as before.
      const isBeyond = at >= 160;
      return { ...second, second: at, requests: 900, p50Ms: 4, p95Ms: 20 * (isBeyond ? factor : 1) };
    });
    const knee =
      kneeAt === undefined
        ? sample.knee
        : { ...sample.knee, requestsPerSecondBracket: { low: 0, high: kneeAt } };
    return run(1, { ...sample, timeline, knee });
  };

  test('only rungs are compared that the first sustained: beyond them a queue is full, and its length is chance', () => {
    const held = heldAgainst(ladder(1), ladder(3), true);

    expect(held.verdict.outcome).toBe('PASS');
    // Four rungs of thirty seconds.
    expect(held.baseline?.figures.map(({ pairs }) => pairs)).toEqual([12, 12, 12]);
  });

  test('a knee is lower when its whole bracket is', () => {
    expect(heldAgainst(ladder(1), ladder(1, 1_050), true).verdict.outcome).toBe('PASS');
    const held = heldAgainst(ladder(1), ladder(1, 1_000), true);
    expect(held.baseline?.regressions).toEqual([
      'it sustains less than 1,000 requests/s, and the baseline more than 1,017',
    ]);
    expect(held.verdict).toMatchObject({ outcome: 'FAIL', signal: 'regression' });
  });
});

describe('the baseline', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'shardproof-baseline-'));
  });
  afterEach(() => rm(root, { recursive: true }));
  const store = async (result: RunResult): Promise<RunResult> => {
    await writeRun(result, { root });
    return result;
  };
  const chosen = async (name: string, candidate: RunResult): Promise<string> =>
    baselineFor(await readBaselines(root, name), askedOfRun(candidate)).runId;

  test('is the run of that name, or by latest the newest that passed: no regression becomes the measure of the next run', async () => {
    const first = await store(run());
    const second = await store(run());
    await store(heldAgainst(second, run(1.3), true));
    await store(run(1, fails));
    await store(run(1, voided));

    expect(await chosen('latest', run())).toBe(second.runId);
    expect(await chosen(first.runId, run())).toBe(first.runId);
  });

  test('by latest passes over what asked something else', async () => {
    const same = await store(run());
    await store(run(1, { scenario: { ...same.scenario, virtualUsers: 9 } }));

    expect(await chosen('latest', run())).toBe(same.runId);
  });

  const { environment, scenario, behaviour } = run();
  test.each<[string, Partial<RunResult>, RegExp]>([
    ['machine', { environment: { ...environment, cpuModel: 'Another CPU' } }, /CPU model/],
    ['scenario', { scenario: { ...scenario, name: 'spike' } }, /scenario name/],
    ['size', { scenario: { ...scenario, sizeBytes: 1e6 } }, /scenario sizeBytes/],
    ['seed', { scenario: { ...scenario, seed: 1 } }, /scenario seed/],
    ['journey', { scenario: { ...scenario, journeyHash: 'abc' } }, /scenario journeyHash/],
    ['number of a profile', { behaviour: { ...behaviour, hash: 'abc' } }, /behaviour/],
  ])('of another %s is refused, by name and by latest', async (_, overrides, what) => {
    const other = await store(run(1, overrides));

    for (const name of ['latest', other.runId]) {
      const refused = expect(chosen(name, run())).rejects;
      await refused.toMatchObject({ code: 'not_comparable', exitCode: 4 });
      await expect(chosen(name, run())).rejects.toThrow(what);
    }
  });

  test('is refused where none has passed, and where it shows no figure or too few', async () => {
    const spoiled = await store(run(1, voided));

    await expect(readBaselines(root, 'latest')).rejects.toMatchObject({ code: 'no_baseline', exitCode: 4 });
    await expect(readBaselines(root, spoiled.runId)).rejects.toMatchObject({ code: 'run_void' });
    await expect(readBaselines(root, 'nowhere')).rejects.toMatchObject({ code: 'run_not_found' });
    const short = await store({ ...run(), timeline: run().timeline.slice(0, 65) });
    await expect(readBaselines(root, short.runId)).rejects.toMatchObject({ code: 'run_too_short' });
    await expect(chosen('latest', run())).rejects.toMatchObject({ code: 'run_too_short' });
  });

  test('that a result was stored and read back makes no difference', async () => {
    const stored = await store(run());
    const backwards = Object.fromEntries(Object.entries(stored.scenario).toReversed());

    const [read] = await readBaselines(root, stored.runId);

    expect(
      baselineFor(read ? [read] : [], askedOfRun({ ...run(), scenario: backwards as RunResult['scenario'] }))
        .runId,
    ).toBe(stored.runId);
  });
});
