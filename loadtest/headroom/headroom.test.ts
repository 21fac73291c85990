import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Headroom } from '../../reports/schema/index.ts';
import { headroomOf } from './headroom.ts';
import { timesInMonth } from './month.ts';
import { LOG_SAMPLING, type MeasuredLoad } from './monthly-use.ts';

const account = (id: string, shardId: string, documentBytes: number) => ({
  id,
  shardId,
  underTest: id === 'acme',
  documents: 1_000_000,
  documentBytes,
});

const noKv = { kvReads: 0, kvWrites: 0, kvDeletes: 0, kvLists: 0 };
const all = (mean: number) => ({ mean, low: mean, high: mean });
const cost = (operation: string, rowsRead: number, rowsWritten = 0) => ({
  ...{ operation, requests: 1, rowsRead: all(rowsRead), rowsWritten: all(rowsWritten), ...noKv },
});
const none = { reads: 0, writes: 0, deletes: 0, lists: 0 };

const load = (changes: Partial<MeasuredLoad> = {}): MeasuredLoad => ({
  meanThinkTimeMs: 17_958,
  phases: [
    { name: 'ramp', seconds: 60, share: 1, counts: false },
    { name: 'hold', seconds: 90, share: 1, counts: true },
  ],
  requests: { 'open-client': 4_000, 'open-finances': 3_000, 'edit-client': 2_000, 'add-note': 1_000 },
  costs: [
    cost('open-client', 4),
    cost('open-finances', 8.25),
    cost('edit-client', 6, 4),
    cost('add-note', 4, 4),
  ],
  created: 1_000,
  workerCpuMs: 20_000,
  kv: none,
  r2: none,
  topology: {
    shardFileBytes: { 'shard-eu-1': 6e9 },
    accounts: [account('acme', 'shard-eu-1', 3e9), account('birch', 'shard-eu-1', 1e9)],
  },
  ...changes,
});

const DATE = '2026-11-27';
const TIMES = timesInMonth(load().phases);
const quantitiesOf = (headroom: Headroom, placement = 'shared') =>
  Object.fromEntries(
    headroom.bills
      .find((bill) => bill.placement === placement)
      ?.items.map(({ name, quantity }) => [name, quantity]) ?? [],
  );

describe('a month of the account', () => {
  test('is its use in the run, so many times, with the rows that were counted for each operation', () => {
    const headroom = headroomOf(load(), DATE);

    expect(Headroom.parse(headroom)).toEqual(headroom);
    const quantities = quantitiesOf(headroom);
    expect(Object.keys(quantities)).toEqual([
      'Worker requests',
      'Worker CPU',
      'D1 rows read',
      'D1 rows written',
      'D1 storage',
      'Workers Logs, events',
    ]);
    expect(quantities['Workers Logs, events']).toBe(quantities['Worker requests']);
    expect(quantities['Worker requests']).toBeCloseTo(10_000 * TIMES, 3);
    expect(quantities['Worker CPU']).toBeCloseTo(20_000 * TIMES, 3);
    const rows = 4_000 * 4 + 3_000 * 8.25 + 2_000 * 6 + 1_000 * 4;
    expect(quantities['D1 rows read']).toBeCloseTo(rows * TIMES, 3);
    expect(quantities['D1 rows written']).toBeCloseTo(3_000 * 4 * TIMES, 3);
    // Three quarters of the documents on the shard are its own.
    expect(quantities['D1 storage']).toBeCloseTo(4.5, 9);
  });

  test('does not depend on the placement, nor on how many neighbours there are', () => {
    const { topology } = load();
    const more = { ...topology, accounts: [...topology.accounts, account('cedar', 'shard-eu-2', 9e9)] };

    const headroom = headroomOf(load(), DATE);
    const { 'D1 databases': databases, ...dedicated } = quantitiesOf(headroom, 'dedicated');

    expect(databases).toBe(1);
    expect(dedicated).toEqual(quantitiesOf(headroom));
    expect(headroomOf(load({ topology: more }), DATE).bills).toEqual(headroom.bills);
  });

  test('holds what was asked of KV and R2: writes and lists of R2 are of its class A, reads of class B, deletes of neither', () => {
    const kv = { reads: 4_000, writes: 300, deletes: 20, lists: 1 };
    const r2 = { reads: 50, writes: 7, deletes: 1_000, lists: 3 };

    const quantities = quantitiesOf(headroomOf(load({ kv, r2 }), DATE));

    expect(quantities['KV keys read']).toBeCloseTo(4_000 * TIMES, 3);
    expect(quantities['KV keys written']).toBeCloseTo(300 * TIMES, 3);
    expect(quantities['KV keys deleted']).toBeCloseTo(20 * TIMES, 3);
    expect(quantities['R2 reads']).toBeCloseTo(50 * TIMES, 3);
    expect(quantities['R2 writes and lists']).toBeCloseTo(10 * TIMES, 3);
  });

  test('is told by operation, dearest first, and together they are the bill without what no operation has alone', () => {
    const { bills, operations = [] } = headroomOf(load(), DATE);

    const [shared] = bills;
    const standing = shared?.items.filter(({ name }) => ['Worker CPU', 'D1 storage'].includes(name)) ?? [];
    const rest = standing.reduce((sum, { usd }) => sum + usd, 0);
    expect(operations.map(({ operation }) => operation)).toEqual([
      'edit-client',
      'add-note',
      'open-client',
      'open-finances',
    ]);
    expect(operations.reduce((sum, { usd }) => sum + usd, 0)).toBeCloseTo((shared?.totalUsd ?? 0) - rest, 6);
    expect(operations.find(({ operation }) => operation === 'edit-client')?.rowsWritten).toBeCloseTo(
      8_000 * TIMES,
      3,
    );
  });

  test('has every use twice at twice the load, and what is stored once', () => {
    const [shared] = headroomOf(load(), DATE).bills;

    const stored = shared?.items.find(({ name }) => name === 'D1 storage')?.usd ?? 0;
    expect(shared?.twiceUsd).toBeCloseTo(2 * ((shared?.totalUsd ?? 0) - stored) + stored, 6);
  });
});

describe('storage', () => {
  test('grows by its history, and by the notes that were added on the shard of the account only', () => {
    const shardFileBytes = { 'shard-eu-1': 6e9, 'shard-acme': 5e9 };
    const accounts = [account('acme', 'shard-acme', 3e9), account('birch', 'shard-eu-1', 1e9)];

    const { storage } = headroomOf(load({ topology: { shardFileBytes, accounts } }), DATE);

    // The account has its shard alone: 5 GB for a million documents, and each new one is as large.
    const growth = 1_000 * 5_000 * TIMES;
    expect(storage.map(({ shardId }) => shardId)).toEqual(['shard-eu-1', 'shard-acme']);
    // By its history every shard grows; by what the users write only the one that they write to.
    expect(storage[0]).toMatchObject({ growthModel: 'history', growthBytesPerMonth: 6e9 / 120 });
    expect(storage[0]?.monthsLeft).toBeCloseTo(80, 9);
    expect(storage[0]).not.toHaveProperty('ofLoad');
    expect(storage[1]?.growthBytesPerMonth).toBeCloseTo(5e9 / 120, 6);
    expect(storage[1]?.ofLoad?.growthBytesPerMonth).toBeCloseTo(growth, 3);
    expect(storage[1]?.ofLoad?.monthsLeft).toBeCloseTo(5e9 / growth, 9);
    expect(storage[1]?.ofLoad?.people).toBeCloseTo((10_000 / 90) * 17.958, 0);
  });
});

describe('monthly figures', () => {
  test('name the people at work whose requests they are, whatever the pace of the users', () => {
    // 220 requests a second for 90 s: 4,000 people who ask once in 18 s, or 50 in a hurry.
    const { bills, assumptions } = headroomOf(load({ requests: { 'open-client': 220 * 90 } }), DATE);

    for (const { people } of bills) expect(people).toBeCloseTo(220 * 17.958, 0);
    expect(assumptions[0]).toContain('3,951 people at work');
  });

  test('of a day without prices are no bill, and why is said', () => {
    const { bills, priceTable, storage } = headroomOf(load(), '2028-01-01');

    expect(bills).toEqual([]);
    expect(priceTable).toContain('There is no bill: the run is of 2028-01-01');
    expect(storage[0]?.monthsLeft).not.toBeNull();
  });
});

test('every invocation is logged, as the Worker is deployed', () => {
  const config = readFileSync(
    join(import.meta.dirname, '..', '..', 'reference-worker', 'shared-shards', 'wrangler.jsonc'),
    'utf8',
  );

  expect(config).toMatch(/"observability": \{ "enabled": true \}/);
  expect(config).not.toContain('head_sampling_rate');
  expect(LOG_SAMPLING).toBe(1);
});

test('every assumption is a sentence of its own', () => {
  const { assumptions, priceTable } = headroomOf(
    load({ kv: { reads: 1, writes: 1, deletes: 0, lists: 0 } }),
    DATE,
  );

  for (const assumption of [...assumptions, priceTable]) expect(assumption).toMatch(/^[A-Z].*[.)]$/);
  expect(new Set(assumptions).size).toBe(assumptions.length);
  expect(priceTable).toMatch(/\d{4}-\d\d-\d\d/);
});
