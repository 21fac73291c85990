import { describe, expect, test, vi } from 'vitest';
import { readOptions } from './options.ts';
import { profiles } from './profiles.ts';

describe('the command line', () => {
  test('without options it is the default profile on a shared shard, KV off', () => {
    expect(readOptions([])).toEqual({ profile: profiles.default, topology: 'shared', kvCache: false });
  });

  test('options override the profile and nothing else', () => {
    const argv = [
      '--profile',
      'smoke',
      '--users',
      '7',
      '--size',
      '1.5GB',
      '--hold',
      '20',
      '--seed',
      '3',
      '--kv',
    ];
    expect(readOptions([...argv, '--topology', 'dedicated'])).toEqual({
      profile: { ...profiles.smoke, virtualUsers: 7, sizeBytes: 1.5e9, holdSeconds: 20, seed: 3 },
      topology: 'dedicated',
      kvCache: true,
    });
  });

  test.each([
    [['--profile', 'huge'], /bad_option: --profile: .*--help/],
    [['--topology', 'both'], /bad_option: --topology/],
    [['--users', 'many'], /bad_option: --users: must be a whole number/],
    [['--users', '0'], /bad_option: --users/],
    [['--users', '-5'], /bad_option: --users/],
    [['--hold', '1'], /bad_option: --hold/],
    [['--seed', '1.5'], /bad_option: --seed/],
    [['--size', 'big'], /bad_size: "big" is not a size; write/],
    [['--size', '11GB'], /bad_option: --size/],
  ])('%j is refused by name', (argv, message) => {
    expect(() => readOptions(argv)).toThrow(message);
  });

  test.each([[['--user', '5']], [['fast']]])('%j is refused', (argv) => {
    const print = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    expect(() => readOptions(argv)).toThrow(/unknown option|too many arguments/);
    print.mockRestore();
  });
});
