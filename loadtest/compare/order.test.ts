import fc from 'fast-check';
import { expect, test } from 'vitest';
import { blockOrder } from './order.ts';

const letters = (arms: string, rounds: number): string =>
  blockOrder([...arms], rounds)
    .map(({ arm }) => arm)
    .join('');

test('two arms run ABBA, and then BAAB', () => {
  expect(letters('AB', 4)).toBe('ABBABAAB');
});

test('three arms rotate, and go back', () => {
  expect(letters('ABC', 6)).toBe('ABCCBABCAACBCABBAC');
});

test('each round has one block of every arm, and a drift in a straight line falls on all arms alike', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 4 }), fc.integer({ min: 1, max: 5 }), (count, doubleRounds) => {
      const arms = [...'ABCD'].slice(0, count);

      const order = blockOrder(arms, 2 * doubleRounds);

      for (const round of Map.groupBy(order, (block) => block.round).values())
        expect(round.map(({ arm }) => arm).sort()).toEqual(arms);
      const places = arms.map((arm) =>
        order.reduce((sum, block, place) => sum + (block.arm === arm ? place : 0), 0),
      );
      expect(new Set(places).size).toBe(1);
    }),
  );
});
