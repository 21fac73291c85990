import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { givenTo, optionsOf } from '../../reports/command/given.testing.ts';
import { readExperimentChoice } from '../compare/index.ts';
import { comparisonCommand } from '../compare/reproduce.ts';
import { readCapacityOptions } from '../options.ts';
import { subjectOf } from '../system.ts';
import { system } from '../testing/reference.ts';
import { verbs } from '../verbs.ts';
import { commandFor } from './reproduce.ts';

const folder = mkdtempSync(join(tmpdir(), 'reproduce '));
const file = (name: string, content: object): string => {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(content));
  return path;
};
const behaviour = file('behaviour.json', { latency: 'uk-eu' });
const objectives = file('objectives.json', { failureBudget: 0.5 });
const rate = file('rate.json', { perUsd: 0.76, date: '2026-11-27', source: 'Bank of England' });

/** The words after `--`, as a shell reads them. */
const argumentsOf = (command: string): string[] =>
  execFileSync('/bin/sh', ['-c', `printf '%s\\n' ${command.split(' -- ')[1]}`], { encoding: 'utf8' })
    .trimEnd()
    .split('\n');

const subject = await subjectOf(system);
const readCapacity = (argv: readonly string[]) =>
  readCapacityOptions(givenTo(verbs, 'capacity', argv), subject);
const readCompare = (argv: readonly string[]) =>
  readExperimentChoice(givenTo(verbs, 'compare', argv), subject);

/** Every option of capacity, with a value that is not its default. */
const CAPACITY: readonly (readonly string[])[] = [
  ['--system', 'shared-shards'],
  ['--config', 'own system.ts'],
  ['--scenario', 'peak-rate'],
  ['--users', '900'],
  ['--size', '1.5GB'],
  ['--hold', '300'],
  ['--seed', '7'],
  ['--topology', 'dedicated'],
  ['--kv'],
  ['--latency', behaviour],
  ['--read-replication', 'auto'],
  ['--objectives', objectives],
  ['--max-rows-per-operation', '90'],
  ['--rate', rate],
  ['--generators', '2'],
  ['--dashboard'],
  ['--k6-out', 'opentelemetry'],
  ['--k6-out', `json=${join(folder, 'all samples.json')}`],
];

test('every option of capacity survives into the command that repeats the run', () => {
  const argv = CAPACITY.flat();

  const given = readCapacity(argv);

  const command = commandFor(given, given);

  // Slow motion and predictions go with neither KV nor faults.
  const slowed = readCapacity(['--latency', 'uk-eu', '--slow-motion', '4', '--predict']);
  // A tenants file says sizes, users and placement itself.
  const tenants = readCapacity([
    ...['--tenants', 'loadtest/tenants/northwind.json', '--what-if', 'tailspin=shard-eu-1'],
    ...['--what-if', 'contoso=shard-eu-2'],
  ]);
  // A load of a deployed Worker has a command of its own (capacity-remote.ts).
  const remote = ['--target', '--account', '--budget', '--leave-documents'];
  // What a run is held against is added where that is done (compare/baseline.ts).
  const held = ['--baseline', '--fail-on'];
  const others = ['--slow-motion', '--predict', '--tenants', '--what-if', ...remote, ...held];
  expect([...CAPACITY.map(([option]) => option), ...others].toSorted()).toEqual(
    [...optionsOf(verbs, 'capacity'), '--k6-out'].toSorted(),
  );
  expect(readCapacity(argumentsOf(command))).toEqual(given);
  expect(readCapacity(argumentsOf(commandFor(slowed, slowed)))).toEqual(slowed);
  expect(readCapacity(argumentsOf(commandFor(tenants, tenants)))).toEqual(tenants);
});

test('every option of an experiment survives into the command that repeats it', () => {
  const options = [
    ['--system', 'shared-shards'],
    ['--config', 'own system.ts'],
    ['--neighbour', 'bulk-import'],
    ['--users', '90'],
    ['--size', '8MB'],
    ['--hold', '15'],
    ['--seed', '7'],
    ['--latency', behaviour],
    ['--read-replication', 'auto'],
    ['--effect', '0.3'],
    ['--pairs', '8'],
    ['--budget', '12.5'],
  ];
  const repeats = (argv: readonly string[]): void => {
    const given = readCompare(argv);
    expect(readCompare(argumentsOf(comparisonCommand(given)))).toEqual(given);
  };

  // A comparison of deployed Workers has a command of its own (compare/targets-result.ts).
  const ofTargets = ['--target', '--account', '--leave-documents'];

  repeats(options.flat());
  repeats(['--control', '--users', '90', '--hold', '15']);
  repeats(['--entry', import.meta.filename, '--users', '90', '--hold', '15']);
  expect(
    [
      ...options.map(([name]) => name),
      '--control',
      '--entry',
      '--baseline',
      '--candidate',
      ...ofTargets,
    ].toSorted(),
  ).toEqual(optionsOf(verbs, 'compare'));
});
