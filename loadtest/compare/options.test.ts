import { describe, expect, test } from 'vitest';
import { givenTo } from '../../reports/command/given.testing.ts';
import { subjectOf } from '../system.ts';
import { system } from '../testing/reference.ts';
import { verbs } from '../verbs.ts';
import { readExperimentChoice, readStoredChoice } from './options.ts';
import { comparisonCommand } from './reproduce.ts';

const subject = await subjectOf(system);

function read(argv: readonly string[]) {
  const given = givenTo(verbs, 'compare', argv);
  return readStoredChoice(given) ?? readExperimentChoice(given, subject);
}
const experiment = (...argv: string[]) => readExperimentChoice(givenTo(verbs, 'compare', argv), subject);

test('without options: the tenants of the shard, 120 users under uk-eu, and pairs enough to see a fifth', () => {
  const choice = experiment();

  expect(choice).toMatchObject({
    neighbour: 'tenants',
    control: false,
    behaviourGiven: 'uk-eu',
    budgetUsd: 50,
    pairs: 10,
    behaviour: { readReplication: 'disabled' },
  });
  expect(choice.scenario).toMatchObject({ virtualUsers: 120, sizeBytes: 256e6 });
});

test('a smaller effect takes more pairs', () => {
  expect(experiment('--effect', '0.1').pairs).toBeGreaterThan(experiment().pairs);
});

test('so few pairs that they could leave everything open are run, and it is said', () => {
  const decision = experiment('--pairs', '2');
  const control = experiment('--control', '--pairs', '4');

  expect(decision).toMatchObject({
    pairs: 2,
    leavesOpen: expect.stringMatching(/2 .* a p99 that doubles.* takes 4,/),
  });
  expect(control.leavesOpen).toMatch(/4 blocks .* a difference of 20 %/);
  expect([experiment().leavesOpen, experiment('--pairs', '4').leavesOpen]).toEqual([undefined, undefined]);
});

test('the command of a comparison repeats it', () => {
  const choice = experiment(
    '--neighbour',
    'bulk-import',
    '--users',
    '90',
    '--size',
    '8MB',
    '--hold',
    '15',
    '--pairs',
    '6',
    '--read-replication',
    'auto',
  );

  const [, ...argv] = comparisonCommand(choice).split(' -- ').join(' ').split(' ').slice(2);

  expect(experiment(...argv)).toEqual(choice);
  expect(comparisonCommand(experiment('--control'))).toContain('npm run compare -- --control --users 120');
});

test('another source file of the Worker is compared with the Worker as it is, and the command repeats it', () => {
  const choice = experiment('--entry', import.meta.filename);

  expect(choice.treatments.map(({ name, entry }) => [name, entry])).toEqual([
    ['as-it-is', undefined],
    ['other-entry', import.meta.filename],
  ]);
  expect(comparisonCommand(choice)).toContain(`--entry ${import.meta.filename} --users 120`);
});

test('two stored runs', () => {
  expect(read(['--baseline', 'a', '--candidate', 'b'])).toEqual({
    baseline: 'a',
    candidate: 'b',
  });
});

describe('a mistake', () => {
  test.each([
    ['an unknown neighbour', ['--neighbour', 'quiet'], '--neighbour'],
    ['an unknown mode', ['--read-replication', 'on'], '--read-replication: '],
    ['an odd number of pairs', ['--pairs', '3'], '--pairs: must be even'],
    ['one stored run', ['--baseline', 'a'], '--candidate'],
    [
      'stored runs and an experiment',
      ['--baseline', 'a', '--candidate', 'b', '--users', '4'],
      '--users: two stored',
    ],
    ['no users', ['--users', '0'], '--users'],
    ['a size over what D1 holds', ['--size', '11GB'], '--size'],
    [
      'blocks with too few requests for a p99',
      ['--users', '30'],
      '--hold: 30 users make .* --hold 40 or --users',
    ],
    ['a budget below nothing', ['--budget', '-1'], '--budget'],
  ])('%s is refused, with the option that is wrong', (_, argv, named) => {
    expect(() => read(argv)).toThrow(new RegExp(`bad_option: ${named}`));
  });
});
