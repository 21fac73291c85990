import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Execution } from './connection.ts';
import { planRequest } from './plan-queries.ts';
import { StatementLog } from './statement-log.ts';

const execution = (rows: number): Execution => ({
  ...{ columns: ['n'], rows: Array.from({ length: rows }, (_, n) => [n]), kind: 'read', changes: 0 },
  ...{ schemaChanged: false, lastRowId: 0, sizeBytes: 0, durationMs: 2 },
});
const log = (rows: 'untold' | 'sampled' = 'sampled', seed = 1): StatementLog =>
  new StatementLog({ database: 'shard', rows, seed });
const read = (sql: string, params: readonly number[] = [], operation?: string) =>
  planRequest([{ sql, params: [...params] }], operation);

describe('the statements of a database', () => {
  test('are told by text, instance and operation, with what they returned and how long they took', () => {
    const statements = log();
    const run = () => [execution(3)];

    statements.around('primary', read('SELECT 1', [], 'open'), run);
    statements.around('primary', read('SELECT 1', [], 'open'), run);
    statements.around('WEUR', read('SELECT 1', [], 'open'), run);
    statements.around('primary', read('SELECT 1'), run);

    const told = statements.take();
    expect(told.map(({ instance, operation, executions }) => [instance, operation, executions])).toEqual([
      ['primary', 'open', 2],
      ['WEUR', 'open', 1],
      ['primary', null, 1],
    ]);
    expect(told[0]).toMatchObject({ sql: 'SELECT 1', rowsReturned: 6, sqlMs: 4, samples: [{}, {}] });
    expect(statements.take()).toEqual([]);
  });

  test('of one text in one request are all told, and none of those of a request that failed', () => {
    const statements = log();
    const twice = planRequest([
      { sql: 'SELECT ?', params: [1] },
      { sql: 'SELECT ?', params: [2] },
    ]);

    statements.around('primary', twice, () => [execution(1), execution(1)]);
    expect(() =>
      statements.around('primary', twice, () => {
        throw new Error('no');
      }),
    ).toThrow('no');

    expect(statements.take()).toMatchObject([{ executions: 2, samples: [{ params: [1] }, { params: [2] }] }]);
  });

  test('are not told when they failed, nor where nobody asks for rows', () => {
    const failing = log();
    const untold = log('untold');

    expect(() =>
      failing.around('primary', read('SELECT 1'), () => {
        throw new Error('no');
      }),
    ).toThrow('no');
    untold.around('primary', read('SELECT 1'), () => [execution(1)]);

    expect([failing.take(), untold.take()]).toEqual([[], []]);
  });

  test('beyond a thousand texts are counted together, and none of them stands for the others', () => {
    const statements = log();

    for (let n = 0; n < 1_200; n += 1)
      statements.around('primary', read(`SELECT ${n}`), () => [execution(1)]);

    const told = statements.take();
    expect(told).toHaveLength(1_001);
    expect(told.at(-1)).toMatchObject({ sql: null, executions: 200, samples: [] });
  });

  test('are sampled evenly, however many there are', () => {
    fc.assert(
      fc.property(fc.nat(1_000), (seed) => {
        const statements = log('sampled', seed);
        for (let n = 0; n < 2_000; n += 1)
          statements.around('primary', read('SELECT ?', [n]), () => [execution(1)]);
        const samples = statements
          .take()
          .flatMap((use) => use.samples.map(({ params }) => Number(params[0])));

        expect(samples).toHaveLength(32);
        expect(new Set(samples).size).toBe(32);
        // The mean of 32 out of 2,000 has a standard deviation of 102: five of them.
        const mean = samples.reduce((sum, n) => sum + n, 0) / 32;
        expect(Math.abs(mean - 1_000)).toBeLessThan(510);
      }),
      { numRuns: 15 },
    );
  });
});
