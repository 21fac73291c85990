import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  compareSeries,
  compareSql,
  explanationOf,
  isSame,
  type Sides,
  SQL_DIFFERENCES,
  startSides,
} from './testing/sql-parity/index.ts';

/** The proof has another seed each time that this one does not, and more statements: see sql-parity-at-length.test.ts. */
const SEED = 20_261_127;

let sides: Sides;
beforeAll(async () => {
  sides = await startSides();
});
afterAll(() => Promise.all([sides.here.stop(), sides.there.stop()]));

test('250 statements of a grammar have the same outcome as on miniflare, or a listed one', async () => {
  const { calls, answered, unexplained } = await compareSql(sides, SEED, 250);

  expect(calls).toBeGreaterThanOrEqual(250);
  expect(answered).toBeGreaterThan(50);
  expect({ seed: SEED, unexplained }).toEqual({ seed: SEED, unexplained: [] });
});

describe('each listed difference is still one:', () => {
  // Those that end with a state of miniflare's connection come last.
  test.each(SQL_DIFFERENCES.map((difference) => [difference.id, difference] as const))(
    '%s',
    async (_, { example, explains }) => {
      const series = example.map((sql) => ({ method: 'all', sql }) as const);

      const last = (await compareSeries(sides, series)).at(-1);

      expect(last && isSame(last), JSON.stringify(last)).toBe(false);
      expect(last && explains(last), JSON.stringify(last)).toBe(true);
    },
  );
});

test('a difference that is not listed is seen', () => {
  const call = { method: 'all', sql: 'SELECT a FROM t1' } as const;
  const rows = (changed_db: boolean, ...results: unknown[]) => ({ value: { results, meta: { changed_db } } });
  const pairs = [
    [rows(false, { a: 1 }), rows(false, { a: 2 })],
    [rows(false, { a: 1 }), { error: 'D1_ERROR: no such column: a at offset 7: SQLITE_ERROR' }],
    [{ error: 'D1_ERROR: not authorized: SQLITE_AUTH' }, rows(false)],
    [rows(false), rows(true)],
  ] as const;

  for (const [here, there] of pairs) expect(explanationOf({ call, here, there })).toBeUndefined();
});
