import { afterAll, beforeAll, expect, test } from 'vitest';
import { compareSql, type Sides, startSides } from './test/sql-parity/index.ts';

const COUNT = 2_500;

let sides: Sides;
beforeAll(async () => {
  sides = await startSides();
});
afterAll(() => Promise.all([sides.here.stop(), sides.there.stop()]));

test(`${COUNT} statements of a grammar have the same outcome as on miniflare, or a listed one`, async () => {
  const seed = Number(process.env.SQL_PARITY_SEED ?? Math.floor(Math.random() * 2 ** 31));
  console.log(`seed ${seed}: repeat it with SQL_PARITY_SEED=${seed}`);

  const { calls, answered, unexplained } = await compareSql(sides, seed, COUNT);

  expect(calls).toBeGreaterThanOrEqual(COUNT);
  expect(answered).toBeGreaterThan(COUNT / 5);
  expect({ seed, unexplained }).toEqual({ seed, unexplained: [] });
});
