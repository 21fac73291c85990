import { describe, expect, test } from 'vitest';
import { topologies } from '../../reference-worker/shared-shards/topologies.ts';
import { givenTo } from '../../reports/command/given.testing.ts';
import { capacityReport, decide } from '../../reports/index.ts';
import { RunResult } from '../../reports/schema/index.ts';
import { sampleResult } from '../../reports/testing/sample-result.ts';
import { readCapacityOptions } from '../options.ts';
import { subjectOf } from '../system.ts';
import { clean } from '../testing/clean-evidence.ts';
import { system } from '../testing/reference.ts';
import { verbs } from '../verbs.ts';
import type { Evidence } from '../verdict/index.ts';
import { signalsOf } from '../verdict/index.ts';
import type { RunFacts } from './facts.ts';
import { resultOf } from './index.ts';

const EXAMPLE = 'loadtest/tenants/northwind.json';
const subject = await subjectOf(system);
const options = (...argv: string[]) =>
  readCapacityOptions(givenTo(verbs, 'capacity', ['--tenants', EXAMPLE, ...argv]), subject);
const { tenants } = options();

/** The measured tenant as in the clean run, and another one that saw the same. */
const beside = (changes: Partial<Evidence['aggregate']> = {}, isJudged = false): Evidence => ({
  ...clean,
  others: [
    {
      ...{ account: 'contoso', name: 'Contoso', isJudged },
      scenario: clean.scenario,
      aggregate: { ...clean.aggregate, ...changes },
    },
  ],
});

const facts: RunFacts = {
  ...{ system: 'shared-shards', systemGiven: {}, runId: 'run-1', underTest: 'northwind' },
  startedAt: new Date('2026-11-21T12:00:00Z'),
  finishedAt: new Date('2026-11-21T12:05:00Z'),
  environment: sampleResult().environment,
  topology: tenants?.topology ?? topologies.shared,
  ...{
    kvCache: false,
    behaviourGiven: 'instant',
    objectivesFile: undefined,
    k6Outputs: [],
    dashboard: false,
  },
  ...{ generators: 1, sensitivity: null, tenants },
  shards: [
    {
      shardId: 'shard-eu-1',
      manifest: {
        fileBytes: 9_000_000_000,
        accounts: [{ plan: { account: 'northwind' }, documents: 1000, documentBytes: 6_500_000 }],
      },
    },
  ],
};

describe('signals of a tenant beside the measured one', () => {
  const verdictOf = (evidence: Evidence) => decide(signalsOf(evidence));

  test('all hold when it was at work and saw nothing foreign', () => {
    expect(verdictOf(beside()).outcome).toBe('PASS');
  });

  test.each<[string, Evidence, { outcome: string; signal: string }]>([
    [
      'one foreign document in its answers is a leak',
      beside({ counters: { ...clean.aggregate.counters, isolation_violations: 1 } }),
      { outcome: 'FAIL', signal: 'contoso-isolation-violations' },
    ],
    [
      'a tenant that was not at work makes the run void: nobody was beside the measured one',
      beside({ peakVirtualUsers: 0 }),
      { outcome: 'VOID', signal: 'contoso-peak-virtual-users' },
    ],
    [
      'one whose load stood for half of the time makes it void',
      beside({ heldMs: 40_000 }),
      { outcome: 'VOID', signal: 'contoso-held' },
    ],
  ])('%s', (_, evidence, expected) => {
    expect(verdictOf(evidence)).toMatchObject(expected);
  });

  test('it is held to the objectives where it is measured, too, and only there', () => {
    const { total } = clean.aggregate;
    const failing = { total: { ...total, failures: total.requests } };

    expect(verdictOf(beside(failing)).outcome).toBe('PASS');
    expect(verdictOf(beside(failing, true))).toMatchObject({
      outcome: 'FAIL',
      signal: 'contoso-failure-rate',
    });
  });
});

describe('the answer', () => {
  test('names the tenant, says that it fits, until when, what gives way first and what it costs', () => {
    const result = resultOf(beside(), facts);

    expect(RunResult.parse(result)).toEqual(result);
    expect(result.tenants?.choice).toBe('fits');
    // 9 GB, and 500 MB a year: two years.
    expect(result.tenants?.sentence).toMatch(
      /^Northwind \(6.5 GB, 4,000 people\) fits on shard-eu-1 beside Contoso and Fabrikam at 09:00, when most people are at work, until November 2028: what gives way first are the 10 GB of shard-eu-1, if its tenants grow as the file says, in a straight line\..* It costs US\$[\d.]+ a month at list price there, and US\$[\d.]+ on a shard of its own\.$/,
    );
    expect(result.headroom?.storage[0]).toMatchObject({
      growthModel: 'tenants',
      monthsLeft: expect.closeTo(24, 6),
    });
    expect(capacityReport(result).decision).toBe(result.tenants);
    expect(capacityReport(result).sections.map(({ id }) => id)).toContain('tenants');
  });

  test('is that it does not fit, and why, where something that was measured says so', () => {
    const leak = { ...clean.aggregate.counters, isolation_violations: 1 };

    const { tenants: answer } = resultOf(beside({ counters: leak }), facts);

    expect(answer?.choice).toBe('does not fit');
    expect(answer?.sentence).toMatch(
      /^Northwind .* does not fit on .* What gives way first: Contoso: Data of another account/,
    );
  });

  test('is that it is not known where the run is void', () => {
    const { tenants: answer } = resultOf(beside({ peakVirtualUsers: 0 }), facts);

    expect(answer).toMatchObject({
      choice: 'not known',
      sentence: expect.stringMatching(/^Whether Northwind .* is not known: /),
    });
  });

  test('counts what the measured tenant used of the Worker, and not what the others did', () => {
    const worker = {
      role: 'worker',
      name: 'w',
      meanCpuPercent: 50,
      peakCpuPercent: 50,
      peakMemoryBytes: 1,
    } as const;
    const surroundings = { ...clean.surroundings, processes: [...clean.surroundings.processes, worker] };
    const cpuOf = (evidence: Evidence) =>
      resultOf({ ...evidence, surroundings }, facts).headroom?.bills[0]?.items.find(
        ({ name }) => name === 'Worker CPU',
      )?.quantity ?? 0;

    // Two tenants of the same load: half of the processor time each.
    expect(cpuOf(beside()) / cpuOf(clean)).toBeCloseTo(1 / 2, 6);
  });

  test('is repeated by one command', () => {
    const { reproduce } = resultOf(beside(), {
      ...facts,
      tenants: options('--what-if', 'tailspin=shard-eu-1').tenants,
    });

    expect(reproduce).toMatch(/--tenants loadtest\/tenants\/northwind.json --what-if tailspin=shard-eu-1/);
    expect(reproduce).not.toMatch(/--(size|users|topology)/);
  });
});

describe('the command line', () => {
  test('gives every tenant on the shard its own load', () => {
    const { scenario, tenants: chosen } = options();

    expect(scenario).toMatchObject({ virtualUsers: 4000, sizeBytes: 6.5e9 });
    expect(
      chosen?.others.map(({ account, scenario: own, isJudged }) => [account, own.virtualUsers, isJudged]),
    ).toEqual([
      ['contoso', 400, false],
      ['fabrikam', 270, false],
    ]);
  });

  test.each([
    [['--users', '100'], /--users: the tenants file says it/],
    [['--size', '1GB'], /--size: the tenants file says it/],
    [['--topology', 'dedicated'], /--topology: the tenants file says it/],
    [['--scenario', 'step'], /--scenario: step sets its own load/],
    [['--scenario', 'peak-rate'], /--scenario: peak-rate sets its own load/],
  ])('does not take %s beside a file', (argv, why) => {
    expect(() => options(...argv)).toThrow(why);
  });

  test('does not move a tenant of no file', () => {
    expect(() => readCapacityOptions(givenTo(verbs, 'capacity', ['--what-if', 'a=b']), subject)).toThrow(
      /--what-if: it moves a tenant of a file/,
    );
  });
});
