import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ReadReplication } from '../../reports/schema/index.ts';
import { Behaviour } from './behaviour/index.ts';
import { readBehaviour } from './behaviour-file.ts';
import { PlatformError } from './errors.ts';
import { latencyProfiles } from './latency/index.ts';
import { freshFolder } from './testing/fresh-folder.ts';

const aims = { databases: ['accounts', 'shard-eu-1'], namespaces: ['cache'] };
const ukEu = latencyProfiles['uk-eu'];

function fileWith(text: string): string {
  const file = join(freshFolder(), 'behaviour.json');
  writeFileSync(file, text);
  return file;
}

test.each(['instant', 'uk-eu', 'pessimistic'] as const)('%s is a latency profile, without faults', (name) => {
  expect(readBehaviour(name, aims)).toEqual(Behaviour.parse({ latency: latencyProfiles[name] }));
});

test('a file holds a whole behaviour; what it leaves out has its default', () => {
  const behaviour = {
    latency: { ...ukEu, name: 'mine', d1: { ...ukEu.d1, readServiceMs: 7 } },
    clock: 'virtual',
    foreignBookmarks: 'primary',
    faults: [{ id: 'lost', kind: 'connection-lost', database: 'shard-eu-1', when: 'before', share: 0.01 }],
  };

  const read = readBehaviour(fileWith(JSON.stringify(behaviour)), aims);

  expect(read).toMatchObject({ clock: 'virtual', foreignBookmarks: 'primary', seed: 1 });
  expect(read.latency).toMatchObject({ name: 'mine', d1: { readServiceMs: 7 } });
  expect(read.faults).toMatchObject([{ id: 'lost', fromMs: 0, share: 0.01 }]);
});

describe('read replication', () => {
  const silent = () => fileWith('{ "latency": "uk-eu" }');
  const on = () => fileWith('{ "readReplication": "auto" }');

  test.each<[string, () => string, ReadReplication | undefined, ReadReplication]>([
    ['a profile alone has none, as a database that is created', () => 'uk-eu', undefined, 'disabled'],
    ['the option switches it on for a profile', () => 'uk-eu', 'auto', 'auto'],
    ['a file that says nothing has none', silent, undefined, 'disabled'],
    ['the option switches it on for a file', silent, 'auto', 'auto'],
    ['a file may switch it on', on, undefined, 'auto'],
    ['the option overrides a file', on, 'disabled', 'disabled'],
  ])('%s', (_, given, option, expected) => {
    expect(readBehaviour(given(), aims, option).readReplication).toBe(expected);
  });

  test('lets faults of replicas be planned', () => {
    const file = fileWith('{ "faults": [{ "id": "p", "kind": "replica-pause" }] }');

    expect(readBehaviour(file, aims, 'auto').faults).toHaveLength(1);
    expect(() => readBehaviour(file, aims)).toThrow(/faults: p: there is no replica/);
  });
});

describe('a behaviour that is refused', () => {
  const withD1 = (change: object) => ({ latency: { ...ukEu, d1: { ...ukEu.d1, ...change } } });
  const withFault = (fault: object) => ({ faults: [{ id: 'x', ...fault }] });

  test.each<[string, unknown, RegExp]>([
    ['not an object', [], /behaviour\.json: .*expected object/],
    ['an unknown key', { latncy: 'instant' }, /behaviour\.json: .*latncy/],
    ['an unknown profile', { latency: 'moon' }, /latency: must be instant, uk-eu, pessimistic or a whole/],
    ['an unknown key deep inside', withD1({ writeServceMs: 1 }), /latency\.d1: .*writeServceMs/],
    [
      'percentiles that fall',
      withD1({ readServiceMs: { min: 1, p50: 9, p95: 4, p99: 6 } }),
      /latency\.d1\.readServiceMs: percentiles must not fall/,
    ],
    [
      'a percentile that is missing',
      withD1({ readServiceMs: { min: 1, p50: 2, p95: 4 } }),
      /latency\.d1\.readServiceMs\.p99: /,
    ],
    ['a duration that is text', withD1({ replicaLagMs: 'long' }), /latency\.d1\.replicaLagMs: /],
    ['a missing part', { latency: { ...ukEu, kv: undefined } }, /latency\.kv: /],
    ['an unknown kind of fault', withFault({ kind: 'gremlin' }), /faults\.0\.kind: .*'overloaded'/],
    [
      'a database that is not there',
      withFault({ kind: 'slow-shard', addMs: 1, database: 'shard-9' }),
      /faults: x: there is no database shard-9; known are accounts, shard-eu-1\. /,
    ],
    [
      'a namespace that is not there',
      withFault({ kind: 'kv-error', namespace: 'sessions' }),
      /faults: x: there is no namespace sessions; known are cache\. /,
    ],
    [
      'a region without a replica',
      { readReplication: 'auto', ...withFault({ kind: 'replica-pause', region: 'APAC' }) },
      /faults: x: there is no region APAC/,
    ],
    [
      'a replica without read replication',
      withFault({ kind: 'replica-pause' }),
      /faults: x: there is no replica; .*--read-replication auto/,
    ],
  ])('%s: the file, the place, the mistake and the next step', (_, behaviour, message) => {
    const read = () => readBehaviour(fileWith(JSON.stringify(behaviour)), aims);

    expect(read).toThrow(PlatformError);
    expect(read).toThrow(message);
    expect(read).toThrow(
      /^bad_behaviour: .*\. Correct the file, or give instant, uk-eu, pessimistic instead\.$/,
    );
  });

  test('a fault of KV where nothing binds KV', () => {
    const file = fileWith(JSON.stringify(withFault({ kind: 'kv-error', namespace: 'cache' })));

    expect(() => readBehaviour(file, { ...aims, namespaces: [] })).toThrow(/faults: x: .*add --kv/);
    expect(readBehaviour(file, aims).faults).toHaveLength(1);
  });

  test('no such name or file', () => {
    expect(() => readBehaviour('uk-us', aims)).toThrow(
      /^bad_behaviour: uk-us: neither .*ENOENT.* instant, uk-eu, pessimistic/,
    );
    expect(() => readBehaviour('toString', aims)).toThrow(/^bad_behaviour: toString/);
  });

  test('a file that holds no JSON', () => {
    const file = fileWith('{\n  "latency": instant\n}\n');

    expect(() => readBehaviour(file, aims)).toThrow(
      /^bad_behaviour: .*behaviour\.json: not JSON: .* instead\.$/,
    );
  });
});
