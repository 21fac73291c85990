import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OPERATIONS, scenarios } from '../testing/scenarios.ts';
import { durationSecondsOf, offeredPerSecond, readObjectivesFile, Scenario, withOverrides } from './index.ts';

const { steady, step } = scenarios;
const peakRate = scenarios['peak-rate'];

function objectivesFile(text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'objectives-')), 'objectives.json');
  writeFileSync(file, text);
  return file;
}

describe('every scenario', () => {
  test.each(Object.entries(scenarios))('%s goes by its own name', (name, scenario) => {
    expect(scenario.name).toBe(name);
  });

  test('of the office offers what 4,000 users with a mean of 18 s between requests ask for', () => {
    expect(offeredPerSecond(steady)).toBeCloseTo(4_000 / 17.958, 1);
    expect(offeredPerSecond(peakRate)).toBe(offeredPerSecond(steady));
  });

  test.each([
    ['office-day', 456],
    ['step', 550],
    ['spike', 120],
  ] as const)('%s takes %i s', (name, seconds) => {
    expect(durationSecondsOf(scenarios[name])).toBe(seconds);
  });
});

describe('a scenario is refused', () => {
  const [ramp, settle, hold] = steady.phases;

  test.each([
    ['two phases of one name', { phases: [hold, hold] }, 'a name of its own'],
    ['no phase that counts', { phases: [ramp, settle] }, 'must count'],
    ['an open phase that counts on a ramp', { ...peakRate, phases: [{ ...hold }] }, 'must hold the rate'],
    ['PoPs that do not add up', { popShares: { LHR: 0.6, MAN: 0.3, EDI: 0.3 } }, 'add up to 1'],
  ])('%s', (_, change, message) => {
    expect(() => Scenario.parse({ ...steady, ...change })).toThrow(message);
  });
});

describe('what a command line may change', () => {
  test('the users, the size, the seed and how long each phase that counts lasts', () => {
    const changed = withOverrides(steady, { virtualUsers: 7, sizeBytes: 2e6, seed: 3, holdSeconds: 20 });

    const [ramp, settle, hold] = steady.phases;
    expect(changed).toEqual({
      ...steady,
      ...{ virtualUsers: 7, sizeBytes: 2e6, seed: 3 },
      phases: [ramp, settle, { ...hold, seconds: 20 }],
    });
  });

  test('the rungs of the ladder are named after their users', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 20_000 }), (virtualUsers) => {
        const { phases } = withOverrides(step, { virtualUsers });

        const rungs = phases.filter(({ counts }) => counts);
        expect(rungs.map(({ name }) => name)).toEqual(
          rungs.map(({ share }) => `rung-${Math.round(share * virtualUsers)}`),
        );
        expect(phases.at(-1)).toMatchObject({ share: 1, counts: true });
      }),
    );
  });
});

describe('an objectives file', () => {
  test('replaces what it names and nothing else', () => {
    const file = objectivesFile(
      '{"operations": {"add-note": {"p95Ms": 80, "why": "Contract"}}, "total": {"p95Ms": 90}, "failureBudget": 0.01}',
    );

    const changed = withOverrides(steady, { objectives: readObjectivesFile(file, OPERATIONS) });

    expect(changed).toEqual({
      ...steady,
      objectives: {
        ...steady.objectives,
        'add-note': { p95Ms: 80, p99Ms: 320, failureBudget: 0.005, why: 'Contract' },
      },
      totalObjective: { p95Ms: 90, p99Ms: 360, why: `Set in ${file}.` },
      failureBudget: 0.01,
    });
  });

  test('may set everything that a run is held to', () => {
    const [operation, total] = [
      { p95Ms: 80, p99Ms: 90, failureBudget: 0.02 },
      { p95Ms: 70, p99Ms: 75 },
    ];
    const file = objectivesFile(
      JSON.stringify({ operations: { 'sign-in': operation }, total, longestStallMs: 500 }),
    );

    const changed = withOverrides(steady, { objectives: readObjectivesFile(file, OPERATIONS) });

    expect(changed.objectives['sign-in']).toMatchObject(operation);
    expect(changed.totalObjective).toMatchObject(total);
    expect(changed.longestStallMs).toBe(500);
  });

  test.each([
    [
      '{"operation": {}}',
      /"operation": the names are operations, total, failureBudget, longestStallMs, minimumSamples/,
    ],
    ['{"operations": {"open-cleint": {"p95Ms": 1}}}', /open-cleint.* the names are sign-in, .*open-client/],
    ['{"operations": {"add-note": {"p95": 1}}}', /operations\.add-note/],
    ['{"operations": {"add-note": {"p95Ms": 1, "p999Ms": 1}}}', /"p999Ms": the names are p95Ms, p99Ms, why/],
    ['{"total": {"p95Ms": 1, "failureBudget": 1}}', /"failureBudget": the names are p95Ms, p99Ms, why/],
    ['{"longestStallMs": 0}', /longestStallMs/],
    ['{"total": {"p95Ms": -1}}', /total\.p95Ms/],
    ['{"failureBudget": 2}', /failureBudget/],
    ['{', /SyntaxError/],
  ])('%s is refused', (text, message) => {
    const file = objectivesFile(text);

    expect(() => readObjectivesFile(file, OPERATIONS)).toThrow(message);
    expect(() => readObjectivesFile(file, OPERATIONS)).toThrow(/^bad_objectives: .*--help/s);
  });

  test('that is not there is refused', () => {
    expect(() => readObjectivesFile('/nowhere/objectives.json', OPERATIONS)).toThrow(
      /bad_objectives: .*no such file/,
    );
  });
});
