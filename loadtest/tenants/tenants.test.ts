import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { placements } from '../../reference-worker/shared-shards/placements.ts';
import { busiestMinute, dayOf, fullHours, OFFICE_DAY, shareAt, timeOfDay } from './day.ts';
import { chosenTenants, tenantsSchema } from './index.ts';
import { lineOf } from './line-of.ts';
import { SCHEMA_FILE } from './write-schema.ts';

const folder = mkdtempSync(join(tmpdir(), 'tenants-'));
const example = JSON.parse(readFileSync(join(import.meta.dirname, 'northwind.json'), 'utf8'));

type File = typeof example;
/** A file that is as the example but for what is changed. */
function fileWith(change: (file: File) => void): string {
  const changed = structuredClone(example);
  change(changed);
  const file = join(folder, `${Math.random()}.json`);
  writeFileSync(file, JSON.stringify(changed, null, 2));
  return file;
}
const chosen = (change: (file: File) => void = () => undefined, moves: string[] = []) =>
  chosenTenants(fileWith(change), moves, placements);

describe('the published schema', () => {
  const validate = new Ajv2020({ strict: false }).compile(tenantsSchema());

  test('is what the file is read by', () => {
    expect(JSON.parse(readFileSync(SCHEMA_FILE, 'utf8'))).toEqual(
      JSON.parse(JSON.stringify(tenantsSchema())),
    );
  });

  test('takes the example, and refuses what an editor should mark', () => {
    expect(validate(example)).toBe(true);
    expect(validate({ ...example, measure: 'northwind' })).toBe(false);
    expect(validate({ ...example, tenants: { a: { ...example.tenants.contoso, size: '1.2' } } })).toBe(false);
    expect(validate({ ...example, tenants: { a: { ...example.tenants.contoso, day: { '9': 1 } } } })).toBe(
      false,
    );
  });
});

describe('a tenants file', () => {
  test('asks for the measured tenant beside those on its shard, at their busiest moment', () => {
    const { topology, tenants, moment, underTest } = chosen();

    expect({ moment, underTest }).toEqual({ moment: '09:00', underTest: 'northwind' });
    expect(tenants.map(({ id, people, atWork, isMeasured }) => ({ id, people, atWork, isMeasured }))).toEqual(
      [
        { id: 'northwind', people: 4000, atWork: 4000, isMeasured: true },
        { id: 'contoso', people: 500, atWork: 400, isMeasured: false },
        { id: 'fabrikam', people: 300, atWork: 270, isMeasured: false },
      ],
    );
    expect(topology.shards).toEqual([{ id: 'shard-eu-1', binding: 'SHARD_EU_1' }]);
    expect(topology.deployments).toEqual([{ name: 'shared', shardIds: ['shard-eu-1'] }]);
  });

  test('grows by what it says, or by a tenth of its size', () => {
    const { tenants } = chosen(({ tenants: { contoso } }) => delete contoso.growsPerYear);

    expect(tenants.map(({ growthBytesPerYear }) => growthBytesPerYear)).toEqual([400e6, 120e6, 0]);
  });

  test('that measures all has the tenants of all shards at work', () => {
    const { tenants, topology } = chosen((file) => (file.measured = 'all'));

    expect(tenants.every(({ isMeasured }) => isMeasured)).toBe(true);
    expect(topology.shards.map(({ id }) => id)).toEqual(['shard-eu-1', 'shard-eu-2']);
  });

  test('is asked with a tenant on another shard', () => {
    const { tenants, topology } = chosen(undefined, ['northwind=shard-eu-2']);

    expect(tenants.map(({ id, shardId }) => [id, shardId])).toEqual([
      ['northwind', 'shard-eu-2'],
      ['tailspin', 'shard-eu-2'],
    ]);
    expect(topology.deployments).toEqual([{ name: 'second', shardIds: ['shard-eu-2'] }]);
  });

  test.each<[string, (file: File) => void, RegExp]>([
    ['an unknown key', (file) => (file.measure = 'all'), /, line 1: the file: .*measure/],
    [
      'a tenant that nobody has',
      (file) => (file.measured = 'adventure'),
      /, line 60: measured: there is no tenant adventure/,
    ],
    [
      'a shard that nothing is bound to',
      ({ tenants }) => (tenants.contoso.shard = 'shard-9'),
      /, line 32: tenants.contoso.shard: no deployment is bound to shard-9/,
    ],
    [
      'a shard that is bound twice',
      ({ deployments }) => (deployments.second = ['shard-eu-1']),
      /, line 8: deployments.second.0: shard-eu-1 is bound to shared, too/,
    ],
    [
      'a size without a unit',
      ({ tenants }) => (tenants.northwind.size = '6.5'),
      /, line 14: tenants.northwind.size: a size is written as/,
    ],
    [
      'a size of nothing',
      ({ tenants }) => (tenants.northwind.size = '0MB'),
      /tenants.northwind.size: a size is written as/,
    ],
    [
      'more than a database holds',
      ({ tenants }) => (tenants.northwind.size = '11GB'),
      /tenants.northwind.size: a size is from 1 MB to 10 GB/,
    ],
    ['no users', ({ tenants }) => (tenants.fabrikam.users = 0), /tenants.fabrikam.users/],
    [
      'a share above one',
      ({ tenants }) => (tenants.fabrikam.day['09:00'] = 1.5),
      /tenants.fabrikam.day.09:00/,
    ],
    [
      'no time of day',
      ({ tenants }) => (tenants.fabrikam.day['9:00'] = 1),
      /a time of day is written as 09:00/,
    ],
    ['a day of one moment', ({ tenants }) => (tenants.fabrikam.day = { '09:00': 1 }), /a day has two times/],
    [
      'a name that is no DNS label',
      ({ tenants }) => (tenants.North = tenants.contoso),
      /a name is a DNS label/,
    ],
    [
      'a shard that is too full',
      ({ tenants }) => (tenants.contoso.size = '3GB'),
      /shard-eu-1 would hold 10.7 GB .*Northwind 6.5 GB.*--what-if/,
    ],
    [
      'a measured tenant whose people are at home',
      ({ tenants }) => (tenants.northwind.day = { '20:00': 0, '20:01': 0 }),
      /measured: nobody of Northwind is at work/,
    ],
  ])('with %s is refused before anything starts, by its line and path', (_, change, why) => {
    expect(() => chosen(change)).toThrow(expect.objectContaining({ code: 'bad_tenants', exitCode: 4 }));
    expect(() => chosen(change)).toThrow(why);
  });

  test.each([
    ['northwind', /say which tenant goes where/],
    ['nobody=shard-eu-2', /the file has no tenant nobody/],
    ['northwind=shard-9', /the file has no shard shard-9; it has shard-eu-1, shard-eu-2/],
    ['northwind=shard-eu-1', /northwind is on shard-eu-1 already/],
  ])('is not asked what if %s', (move, why) => {
    expect(() => chosen(undefined, [move])).toThrow(why);
  });

  test.each([
    ['is not JSON', '{ "tenants": }', /is not valid JSON/],
    ['is not there', undefined, /ENOENT/],
  ])('that %s is refused', (_, text, why) => {
    const file = join(folder, 'broken.json');
    if (text !== undefined) writeFileSync(file, text);

    expect(() => chosenTenants(text === undefined ? `${file}.none` : file, [], placements)).toThrow(why);
  });

  test('names the shards and deployments of a Worker that has its own', () => {
    const { bindingOf: _, ...own } = placements;

    expect(() =>
      chosenTenants(
        fileWith(() => undefined),
        [],
        own,
      ),
    ).toThrow(/deployments.second: the system is deployed as shared with shard-eu-1/);
  });
});

describe('the line of a mistake', () => {
  test('is where its key stands, at any depth, whatever is in strings', () => {
    const paths = fc.array(fc.constantFrom('a', 'b', 'c}"[', 'd:,\\'), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(paths, fc.nat(3), (path, position) => {
        const list = Array.from({ length: position + 1 }, (_, at) =>
          at === position ? { wrong: 1 } : `{"x": [${at}`,
        );
        const value = path.reduceRight<unknown>(
          (inner, key) => ({ before: [1, { wrong: 2 }], [key]: inner }),
          list,
        );
        const text = JSON.stringify(value, null, 1);
        const line = lineOf(text, [...path, position, 'wrong']);

        expect(text.split('\n')[line - 1]).toMatch(/"wrong": 1/);
      }),
    );
  });
});

describe('a day', () => {
  const days = fc
    .uniqueArray(fc.tuple(fc.nat(1439), fc.integer({ min: 0, max: 100 })), {
      minLength: 2,
      maxLength: 8,
      selector: ([minute]) => minute,
    })
    .map((times) =>
      dayOf(Object.fromEntries(times.map(([minute, percent]) => [timeOfDay(minute), percent / 100]))),
    );

  test('is nowhere busier than at its busiest minute', () => {
    const those = fc.array(fc.record({ day: days, users: fc.integer({ min: 1, max: 5000 }) }), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(those, fc.nat(1439), (tenants, minute) => {
        const atWork = (at: number) =>
          tenants.reduce((sum, { day, users }) => sum + users * shareAt(day, at), 0);

        expect(atWork(minute)).toBeLessThanOrEqual(atWork(busiestMinute(tenants)) + 1e-6);
      }),
    );
  });

  test('is the one of office-day unless told otherwise', () => {
    expect(dayOf(undefined)).toBe(OFFICE_DAY);
    expect([timeOfDay(OFFICE_DAY[0]?.[0] ?? 0), timeOfDay(OFFICE_DAY.at(-1)?.[0] ?? 0)]).toEqual([
      '08:00',
      '17:30',
    ]);
    expect(shareAt(OFFICE_DAY, 7 * 60)).toBe(0);
    expect(shareAt(OFFICE_DAY, 11 * 60)).toBe(1);
    expect(shareAt(OFFICE_DAY, 18 * 60)).toBe(0);
  });

  test('comes to so many hours at full load', () => {
    const day = dayOf({ '08:00': 0, '10:00': 1, '12:00': 0 });

    expect(fullHours(day, 600)).toBe(2);
    expect(fullHours(day, 540)).toBe(4);
    expect(fullHours(day, 0)).toBe(0);
  });
});
