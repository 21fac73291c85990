import { afterAll, beforeAll, expect, test } from 'vitest';
import { compareRows, compareSql, type Sides, startSides } from './testing/sql-parity/index.ts';

/** Some that are drawn are not compared: where one side alone refuses, the two go separate ways. */
const [COUNT, DRAWN] = [2_500, 2_900];
const SEED = 86_182_115;
/** Some 20 s where nothing else runs. */
const TIMEOUT_MS = 240_000;

let sides: Sides;
beforeAll(async () => {
  sides = await startSides();
});
afterAll(() => Promise.all([sides.here.stop(), sides.there.stop()]));

test(
  `${COUNT} statements of a grammar have the same outcome as on miniflare, or a listed one`,
  async () => {
    const seed = Number(process.env.SQL_PARITY_SEED ?? SEED);
    console.log(`seed ${seed}: another one with SQL_PARITY_SEED=<number>`);

    const { calls, answered, unexplained } = await compareSql(sides, seed, DRAWN);

    expect(calls).toBeGreaterThanOrEqual(COUNT);
    expect(answered).toBeGreaterThan(COUNT / 5);
    expect({ seed, unexplained }).toEqual({ seed, unexplained: [] });
  },
  TIMEOUT_MS,
);

test(
  '500 statements of the grammar read and write as many rows as on miniflare, within 1 %',
  async () => {
    const exact = await startSides({ rows: 'exact' });
    try {
      const { statements, here, there, apart } = await compareRows(exact, SEED, 3_600);

      console.log(`${statements} statements, ${apart.length} apart`);
      expect(statements).toBeGreaterThanOrEqual(500);
      expect(there.read).toBeGreaterThan(500);
      expect(Math.abs(here.read - there.read) / there.read, JSON.stringify(apart)).toBeLessThanOrEqual(0.01);
      expect(
        Math.abs(here.written - there.written) / there.written,
        JSON.stringify(apart),
      ).toBeLessThanOrEqual(0.01);
    } finally {
      await Promise.all([exact.here.stop(), exact.there.stop()]);
    }
  },
  2 * TIMEOUT_MS,
);
