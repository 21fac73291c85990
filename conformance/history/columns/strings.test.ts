import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Strings } from './strings.ts';

test('numbers strings in the order of first use, and gives them back', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string(), fc.nat(300).map(String)), { maxLength: 500, size: 'max' }),
      (drawn) => {
        const strings = new Strings();

        const numbers = drawn.map((each) => strings.numberOf(each));

        const distinct = [...new Set(drawn)];
        expect(strings.count).toBe(distinct.length);
        expect(numbers).toEqual(drawn.map((each) => distinct.indexOf(each)));
        expect(distinct.map((_, number) => strings.stringOf(number))).toEqual(distinct);
      },
    ),
    { seed: 1 },
  );
});

test('has no string of a number that it did not give', () => {
  expect(() => new Strings().stringOf(0)).toThrow('there is no string 0');
});

test('tells strings apart that have one hash', () => {
  const strings = new Strings();

  const numbers = ['1yn8wg8-33736', '1o0gcbx-55165', '1yn8wg8-33736'].map((each) => strings.numberOf(each));

  expect(numbers).toEqual([0, 1, 0]);
});
