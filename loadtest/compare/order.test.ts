import fc from 'fast-check';
import { expect, test } from 'vitest';
import { blockOrder } from './order.ts';

const letters = (treatments: string, rounds: number): string =>
  blockOrder([...treatments], rounds)
    .map(({ treatment }) => treatment)
    .join('');

test('two treatments run ABBA, and then BAAB', () => {
  expect(letters('AB', 4)).toBe('ABBABAAB');
});

test('three treatments rotate, and go back', () => {
  expect(letters('ABC', 6)).toBe('ABCCBABCAACBCABBAC');
});

test('each round has one block of every treatment, and a drift in a straight line falls on all treatments alike', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 4 }), fc.integer({ min: 1, max: 5 }), (count, doubleRounds) => {
      const treatments = [...'ABCD'].slice(0, count);

      const order = blockOrder(treatments, 2 * doubleRounds);

      for (const round of Map.groupBy(order, (block) => block.round).values())
        expect(round.map(({ treatment }) => treatment).sort()).toEqual(treatments);
      const places = treatments.map((treatment) =>
        order.reduce((sum, block, place) => sum + (block.treatment === treatment ? place : 0), 0),
      );
      expect(new Set(places).size).toBe(1);
    }),
  );
});
