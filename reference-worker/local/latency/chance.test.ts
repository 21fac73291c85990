import { expect, test } from 'vitest';
import { type Chance, chanceOf } from './chance.ts';

const take = (chance: Chance, count: number): number[] => Array.from({ length: count }, chance);

test('one seed and one purpose give one stream', () => {
  expect(take(chanceOf(7, 'a', 'b'), 100)).toEqual(take(chanceOf(7, 'a', 'b'), 100));
});

test('another seed or another purpose gives another stream, also where the words look alike', () => {
  const streams = [
    chanceOf(7, 'a', 'b'),
    chanceOf(8, 'a', 'b'),
    chanceOf(7, 'b', 'a'),
    chanceOf(7, 'ab'),
    chanceOf(7, 'a,b'),
    chanceOf(7),
  ];

  const draws = streams.flatMap((chance) => take(chance, 100));

  expect(new Set(draws).size).toBe(600);
});

test('draws fill [0, 1) evenly', () => {
  const tenths = Array(10).fill(0);

  for (const value of take(chanceOf(1, 'even'), 100_000)) tenths[Math.floor(value * 10)] += 1;

  expect(tenths).toHaveLength(10);
  for (const count of tenths) expect(Math.abs(count - 10_000)).toBeLessThan(400);
});

test('so do the first draws of streams that differ in one letter', () => {
  const first = Array.from({ length: 10_000 }, (_, index) => chanceOf(1, `${index}`)());

  expect(first.filter((value) => value < 0.1).length / 10_000).toBeCloseTo(0.1, 1.5);
  expect(first.reduce((sum, value) => sum + value, 0) / 10_000).toBeCloseTo(0.5, 1.5);
});
