import { describe, expect, test } from 'vitest';
import { loadSystem, topologyNamed } from '../reference-worker/target/index.ts';
import { givenTo } from '../reports/command/given.testing.ts';
import { rounds } from './journey/index.ts';
import { withManyAccounts } from './many-accounts.ts';
import { readCapacityOptions } from './options.ts';
import { planShards } from './seeding.ts';
import { subjectOf } from './system.ts';
import { verbs } from './verbs.ts';
import { expectedLoads } from './verdict/index.ts';

const subject = await subjectOf(await loadSystem({ system: 'content-sites' }, import.meta.dirname));
const { placements } = subject;
const read = (...argv: string[]) => readCapacityOptions(givenTo(verbs, 'capacity', argv), subject);

describe('many accounts', () => {
  test('are beside those that are there, on the shard of the account under test', () => {
    const topology = topologyNamed(placements);

    const many = withManyAccounts(topology, placements.underTest, 1_000);

    expect(many.accounts).toHaveLength(1_000);
    expect(new Set(many.accounts.map(({ id }) => id)).size).toBe(1_000);
    expect(many.accounts.slice(0, topology.accounts.length)).toEqual(topology.accounts);
    expect(new Set(many.accounts.map(({ shardId }) => shardId)).size).toBe(1);
  });

  test('may be fewer than there are, and the one under test is among them', () => {
    const few = withManyAccounts(topologyNamed(placements), placements.underTest, 2);

    expect(few.accounts.map(({ id }) => id)).toContain(placements.underTest);
    expect(few.accounts).toHaveLength(2);
  });

  test('have as many documents each as the scenario says, whatever their size', () => {
    const { scenario, topology } = read('--scenario', 'readers');
    const fewer = { ...topology, accounts: topology.accounts.slice(0, 100) };

    const [shard] = planShards(subject, fewer, scenario, '/nowhere');

    expect(topology.accounts).toHaveLength(10_000);
    expect(shard?.plans).toHaveLength(100);
    expect(new Set(shard?.plans.flatMap(({ counts }) => Object.values(counts)))).toEqual(new Set([50]));
  });

  test('are said by the scenario alone', () => {
    expect(() => read('--scenario', 'readers', '--size', '5GB')).toThrow(/--size: readers says itself/);
  });
});

describe('while all write', () => {
  const { scenario } = read('--scenario', 'readers');
  const shareOfWrites = (count: number, everybodyWrites: boolean): number => {
    const work = rounds(
      scenario.journey,
      () => 0.5,
      () => everybodyWrites,
    );
    const steps = Array.from({ length: count }, () => work.next(false).value);
    return steps.filter(({ does }) => does === 'create').length / count;
  };

  test('each round has every write', () => {
    expect(shareOfWrites(400, false)).toBe(0);
    expect(shareOfWrites(400, true)).toBeCloseTo(0.5, 1);
  });

  test('more writes are expected than in a run without it', () => {
    const without = { ...scenario, phases: scenario.phases.map(({ surge: _, ...phase }) => phase) };
    const writesIn = (of: typeof scenario): number => expectedLoads(of, 0)[0].get('publish') ?? 0;

    expect(writesIn(scenario)).toBeGreaterThan(3 * writesIn(without));
  });
});
