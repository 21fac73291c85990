import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { Behaviour } from '../reference-worker/local/behaviour/index.ts';
import { topologies } from '../reference-worker/shared-shards/topologies.ts';
import { givenTo } from '../reports/command/given.testing.ts';
import { readCapacityOptions } from './options.ts';
import { subjectOf } from './system.ts';
import { system } from './testing/reference.ts';
import { verbs } from './verbs.ts';

const subject = await subjectOf(system);

const read = (argv: readonly string[]) => readCapacityOptions(givenTo(verbs, 'capacity', argv), subject);

import { scenarios } from './testing/scenarios.ts';

function behaviourFile(behaviour: object): string {
  const file = join(mkdtempSync(join(tmpdir(), 'options-')), 'behaviour.json');
  writeFileSync(file, JSON.stringify(behaviour));
  return file;
}

describe('the command line', () => {
  test('without options it is the steady scenario on a shared shard, KV off, nothing modelled, one generator', () => {
    expect(read([])).toEqual({
      scenario: scenarios.steady,
      topology: topologies.shared,
      kvCache: false,
      behaviour: Behaviour.parse({ rows: 'sampled' }),
      behaviourGiven: 'instant',
      generators: 1,
      dashboard: false,
      predicts: false,
      k6Outputs: [],
      systemGiven: {},
      objectivesFile: undefined,
    });
  });

  test('options override the scenario and nothing else', () => {
    const argv = '--scenario smoke --users 7 --size 1.5GB --hold 20 --seed 3'.split(' ');
    const [ramp, settle, hold] = scenarios.smoke.phases;

    expect(read(argv).scenario).toEqual({
      ...scenarios.smoke,
      ...{ virtualUsers: 7, sizeBytes: 1.5e9, seed: 3 },
      phases: [ramp, settle, { ...hold, seconds: 20 }],
    });
  });

  test('options say where and with what it runs', () => {
    const argv =
      '--topology dedicated --kv --latency uk-eu --read-replication auto --generators 16 --dashboard'.split(
        ' ',
      );

    expect(read([...argv, '--k6-out', 'opentelemetry', '--k6-out', 'experimental-prometheus-rw'])).toEqual({
      ...read([]),
      topology: topologies.dedicated,
      kvCache: true,
      behaviour: Behaviour.parse({ latency: 'uk-eu', readReplication: 'auto', rows: 'sampled' }),
      behaviourGiven: 'uk-eu',
      generators: 16,
      dashboard: true,
      k6Outputs: ['opentelemetry', 'experimental-prometheus-rw'],
    });
  });

  test('the objectives may come from a file, in which a typo is refused', () => {
    const folder = mkdtempSync(join(tmpdir(), 'options-'));
    const [right, wrong] = [join(folder, 'right.json'), join(folder, 'wrong.json')];
    writeFileSync(right, '{"failureBudget": 0.5}');
    writeFileSync(wrong, '{"operations": {"open-cleint": {"p95Ms": 80}}}');

    const options = read(['--objectives', right]);

    expect(options.scenario).toEqual({ ...scenarios.steady, failureBudget: 0.5 });
    expect(options.objectivesFile).toBe(right);
    expect(() => read(['--objectives', wrong])).toThrow(/bad_objectives: .*open-client/);
  });

  test('the behaviour may be a file, whose faults are aimed at what the other options start', () => {
    const file = behaviourFile({
      faults: [{ id: 'slow', kind: 'slow-shard', database: 'shard-acme', addMs: 9 }],
    });

    const options = read(['--latency', file, '--topology', 'dedicated']);

    expect(options.behaviour.faults).toMatchObject([{ id: 'slow', addMs: 9 }]);
    expect(options.behaviourGiven).toBe(file);
    expect(() => read(['--latency', file])).toThrow(/bad_behaviour: .*there is no database shard-acme/);
  });

  test('a fault of KV needs --kv', () => {
    const file = behaviourFile({ faults: [{ id: 'broken', kind: 'kv-error', namespace: 'cache' }] });

    expect(read(['--latency', file, '--kv']).behaviour.faults).toHaveLength(1);
    expect(() => read(['--latency', file])).toThrow(/bad_behaviour: .*--kv/);
  });

  test('a virtual clock is refused, because a load test runs in real time', () => {
    const file = behaviourFile({ clock: 'virtual' });

    expect(() => read(['--latency', file])).toThrow(/bad_option: --latency: .*virtual clock/);
  });

  test.each([
    [['--scenario', 'huge'], /bad_option: --scenario: .*"steady"\|"office-day"/],
    [['--topology', 'both'], /bad_option: --topology/],
    [['--users', 'many'], /bad_option: --users: must be a whole number/],
    [['--users', '0'], /bad_option: --users/],
    [['--users', '-5'], /bad_option: --users/],
    [['--hold', '1'], /bad_option: --hold/],
    [
      ['--users', '100'],
      /bad_option: --users: 100 are too few: in 90 s they make about \d+ requests .* --hold or --users \d+/,
    ],
    [['--hold', '5'], /bad_option: --users: 4000 are too few: in 5 s .* takes 100/],
    [['--scenario', 'smoke', '--users', '1'], /bad_option: --users: 1 are too few/],
    [['--scenario', 'soak', '--hold', '60'], /bad_option: --hold: in 60 s drift .* at least 1800/],
    [['--scenario', 'step', '--hold', '10'], /bad_option: --hold: a rung/],
    [['--seed', '1.5'], /bad_option: --seed/],
    [['--generators', '0'], /bad_option: --generators/],
    [['--generators', '17'], /bad_option: --generators/],
    [['--k6-out', ''], /bad_option: --k6-out/],
    [['--k6-out', 'json'], /bad_option: --k6-out: must name a file, as in json=samples\.json/],
    [['--k6-out', 'csv=-'], /bad_option: --k6-out: must name a file/],
    [['--scenario', 'step', '--users', '5'], /bad_option: --users/],
    [['--rate', 'nowhere.json'], /bad_rate: nowhere.json is no exchange rate/],
    [['--objectives', 'nowhere.json'], /bad_objectives: nowhere.json/],
    [['--latency', 'moon'], /bad_behaviour: moon/],
    [['--read-replication', 'on'], /bad_option: --read-replication: .*disabled/],
    [['--size', 'big'], /bad_size: "big" is not a size; write/],
    [['--size', '11GB'], /bad_option: --size/],
  ])('%j is refused by name', (argv, message) => {
    expect(() => read(argv)).toThrow(message);
  });

  test.each([[['--user', '5']], [['fast']]])('%j is refused', (argv) => {
    const print = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    expect(() => read(argv)).toThrow(/unknown option|too many arguments/);
    print.mockRestore();
  });
});

test.each([
  [
    'a step that no route answers',
    { ...system, routes: { ...system.routes, join: undefined } },
    /has no route for join/,
  ],
  [
    'documents of which none can be drawn',
    { ...system, journey: { ...system.journey, people: 'staff' } },
    /has no staff that could be drawn/,
  ],
])('a description with %s is refused when it is read', async (_, wrong, why) => {
  // As a file that was loaded without defineSystem, or before it checked this.
  const described = wrong as typeof system;

  await expect(subjectOf(described)).rejects.toMatchObject({
    code: 'bad_system',
    message: expect.stringMatching(why),
  });
});
