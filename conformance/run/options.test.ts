import { describe, expect, test, vi } from 'vitest';
import { givenTo } from '../../reports/command/given.testing.ts';
import type { Check } from '../checks/index.ts';
import { verbs } from '../verbs.ts';
import { readConformanceOptions } from './options.ts';

const check = (id: string): Check => ({
  id,
  title: 'A title.',
  requirements: ['A7'],
  severity: 'high',
  environment: 'real-time',
  needs: [],
  method: 'A method.',
  run: async () => undefined,
});
const CHECKS = ['isolation/swapped-id', 'isolation/host', 'cache/delete-then-read'].map(check);
const read = (...argv: string[]) => readConformanceOptions(givenTo(verbs, 'conformance', argv), CHECKS);

describe('the command line', () => {
  test('without options it is every check, once, in full, on the reference Worker', () => {
    const options = { only: [], seed: 1, effort: 'full', runs: 1, leaveDocuments: false, list: false };
    expect(read()).toEqual({ checks: CHECKS, ...options });
  });

  test('--only takes checks and areas, keeps the order of the registry and takes no check twice', () => {
    const { checks } = read(
      '--only',
      'cache',
      '--only',
      'isolation/host',
      '--only',
      'cache/delete-then-read',
    );

    expect(checks.map(({ id }) => id)).toEqual(['isolation/host', 'cache/delete-then-read']);
  });

  test('a failure can be repeated as it was printed', () => {
    const options = read('--only', 'isolation/host', '--seed', '17', '--effort', 'fast', '--path', '3:0:12');

    expect(options).toMatchObject({ seed: 17, effort: 'fast', path: '3:0:12' });
  });

  test.each([
    [['--only', 'isolatoin'], /bad_option: --only: there is no check and no area "isolatoin"/],
    [['--only', 'isolation/swap'], /bad_option: --only/],
    [['--seed', '-1'], /bad_option: --seed: must be a whole number/],
    [['--seed', '1.5'], /bad_option: --seed/],
    [['--effort', 'some'], /bad_option: --effort/],
    [['--runs', '0'], /bad_option: --runs: must be a whole number from 1 to/],
    [['--path', '3:0'], /bad_option: --path: continues one check, and 3 are chosen/],
    [['--path', 'x', '--only', 'cache'], /bad_option: --path: must be numbers and colons/],
    [['--path', '1', '--only', 'cache', '--runs', '2'], /bad_option: --runs: draws other cases/],
    [['--target', 'http://localhost:1'], /bad_option: --tokens: is missing/],
    [['--tokens', 'tokens.json'], /bad_option: --target: is missing/],
    [['--leave-documents'], /bad_option: --leave-documents: is for a remote target/],
    [['--entry', 'a.ts', '--mutation', 'x'], /bad_option: --mutation: names another Worker than --entry/],
    [['--entry', 'a.ts', '--target', 'x', '--tokens', 'y'], /bad_option: --target: names another Worker/],
    [['--system', 'shared-shards', '--config', 'a.ts'], /bad_option: --config: names another system/],
  ])('%j is refused by name', (argv, message) => {
    expect(() => read(...argv)).toThrow(message);
  });

  test.each([[['--sed', '5']], [['fast']]])('%j is refused', (argv) => {
    const print = vi.spyOn(process.stderr, 'write').mockReturnValue(true);

    expect(() => read(...argv)).toThrow(/unknown option|too many arguments/);
    print.mockRestore();
  });
});
