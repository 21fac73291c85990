import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { Plane } from '../reference-worker/local/data-plane/plane.ts';
import { readOptions } from './options.ts';
import { profiles } from './profiles.ts';

function planeFile(plane: object): string {
  const file = join(mkdtempSync(join(tmpdir(), 'options-')), 'plane.json');
  writeFileSync(file, JSON.stringify(plane));
  return file;
}

describe('the command line', () => {
  test('without options it is the default profile on a shared shard, KV off, nothing modelled', () => {
    expect(readOptions([])).toEqual({
      profile: profiles.default,
      topology: 'shared',
      kvCache: false,
      plane: Plane.parse({}),
      planeGiven: 'instant',
    });
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
    expect(readOptions([...argv, '--topology', 'dedicated', '--plane', 'uk-eu'])).toEqual({
      profile: { ...profiles.smoke, virtualUsers: 7, sizeBytes: 1.5e9, holdSeconds: 20, seed: 3 },
      topology: 'dedicated',
      kvCache: true,
      plane: Plane.parse({ latency: 'uk-eu' }),
      planeGiven: 'uk-eu',
    });
  });

  test('the plane may be a file, whose faults are aimed at what the other options start', () => {
    const file = planeFile({
      faults: [{ id: 'slow', kind: 'slow-shard', database: 'shard-acme', addMs: 9 }],
    });

    const options = readOptions(['--plane', file, '--topology', 'dedicated']);

    expect(options.plane.faults).toMatchObject([{ id: 'slow', addMs: 9 }]);
    expect(options.planeGiven).toBe(file);
    expect(() => readOptions(['--plane', file])).toThrow(/bad_plane: .*there is no database shard-acme/);
  });

  test('a fault of KV needs --kv', () => {
    const file = planeFile({ faults: [{ id: 'broken', kind: 'kv-error', namespace: 'cache' }] });

    expect(readOptions(['--plane', file, '--kv']).plane.faults).toHaveLength(1);
    expect(() => readOptions(['--plane', file])).toThrow(/bad_plane: .*--kv/);
  });

  test('a virtual clock is refused, because a load test runs in real time', () => {
    const file = planeFile({ clock: 'virtual' });

    expect(() => readOptions(['--plane', file])).toThrow(/bad_option: --plane: .*virtual clock/);
  });

  test.each([
    [['--profile', 'huge'], /bad_option: --profile: .*--help/],
    [['--topology', 'both'], /bad_option: --topology/],
    [['--users', 'many'], /bad_option: --users: must be a whole number/],
    [['--users', '0'], /bad_option: --users/],
    [['--users', '-5'], /bad_option: --users/],
    [['--hold', '1'], /bad_option: --hold/],
    [['--seed', '1.5'], /bad_option: --seed/],
    [['--plane', 'moon'], /bad_plane: moon/],
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
