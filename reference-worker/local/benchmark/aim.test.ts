import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Aim, describeAim, isMet, median, ratioOf } from './aim.ts';

const atLeast = (value: number, rival: number, limit = 3): Aim => ({
  what: 'reads',
  measured: { value, unit: 'requests/s' },
  rival: { name: 'miniflare', value: rival },
  bound: 'at least',
  limit,
});
const alone = (value: number, bound: Aim['bound'], limit: number): Aim => ({
  what: 'time',
  measured: { value, unit: 's' },
  bound,
  limit,
});

describe('an aim', () => {
  test.each([
    [atLeast(300, 100), true],
    [atLeast(299, 100), false],
    [{ ...atLeast(100, 100, 1), bound: 'at most' } as const, true],
    [{ ...atLeast(101, 100, 1), bound: 'at most' } as const, false],
    [alone(60, 'at most', 60), true],
    [alone(60.1, 'at most', 60), false],
    [alone(2, 'at least', 2), true],
    [alone(1.9, 'at least', 2), false],
  ])('is met up to its limit: %j', (aim, met) => {
    expect(isMet(aim)).toBe(met);
  });

  test.each([
    ['a rival that did nothing', atLeast(300, 0)],
    ['a rival that was not measured', atLeast(300, Number.NaN)],
    ['nothing measured', atLeast(Number.NaN, 100)],
    ['nothing measured, at most', alone(Number.NaN, 'at most', 60)],
    ['the maximum of nothing', alone(Number.NEGATIVE_INFINITY, 'at most', 60)],
    ['the minimum of nothing', alone(Number.POSITIVE_INFINITY, 'at least', 1)],
  ])('is not met by %s', (_, aim) => {
    expect(isMet(aim)).toBe(false);
  });

  test('says figure, rival, ratio and limit', () => {
    expect(describeAim(atLeast(5630, 1126))).toBe(
      'met      reads: 5,630 requests/s; miniflare 1,130 requests/s; ratio 5; aim: ratio at least 3',
    );
    expect(describeAim(alone(61, 'at most', 60))).toBe('NOT MET  time: 61 s; aim: at most 60 s');
  });

  test('without a rival has no ratio', () => {
    expect(ratioOf(alone(1, 'at most', 60))).toBeNaN();
  });
});

describe('a median', () => {
  test.each([
    [[], Number.NaN],
    [[7], 7],
    [[9, 1], 5],
    [[10, 9, 1], 9],
    [[1, 100, 2, 4], 3],
  ])('of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  test('has as many below as above, and leaves the values where they are', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
        const before = [...values];

        const middle = median(values);

        expect(values).toEqual(before);
        const below = values.filter((value) => value < middle).length;
        const above = values.filter((value) => value > middle).length;
        expect(Math.max(below, above)).toBeLessThanOrEqual(values.length / 2);
      }),
    );
  });
});
