import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { skewableDate } from './skewable-date.ts';

/** A skewable `Date` over one of a realm of its own, whose clock stands still. */
function dateAt(nowMs: number) {
  const actual: DateConstructor = runInNewContext('Date');
  actual.now = () => nowMs;
  return skewableDate(actual);
}

const NOW_MS = Date.UTC(2026, 10, 20, 12);
const skews = fc.integer({ min: -1_000_000_000, max: 1_000_000_000 });

describe('skewableDate', () => {
  test('tells the time as shifted last, however it is asked', () => {
    fc.assert(
      fc.property(fc.array(skews, { minLength: 1 }), (each) => {
        const { Date: Skewed, setSkew } = dateAt(NOW_MS);
        const expectedMs = NOW_MS + (each.at(-1) ?? Number.NaN);

        for (const skewMs of each) setSkew(skewMs);

        expect(Skewed.now()).toBe(expectedMs);
        expect(new Skewed().getTime()).toBe(expectedMs);
        expect(Skewed()).toBe(new Date(expectedMs).toString());
        expect(new (new Skewed(0).constructor as DateConstructor)().getTime()).toBe(expectedMs);
      }),
    );
  });

  test('shifts a function that was taken from it earlier', () => {
    const { Date: Skewed, setSkew } = dateAt(NOW_MS);
    const { now } = Skewed;

    setSkew(5_000);

    expect(now()).toBe(NOW_MS + 5_000);
  });

  test('leaves a time that was named alone', () => {
    const { Date: Skewed, setSkew } = dateAt(NOW_MS);
    setSkew(5_000);

    expect(new Skewed(2026, 1, 3, 4, 5, 6, 7)).toEqual(new Date(2026, 1, 3, 4, 5, 6, 7));
    expect(new Skewed('2026-02-03T04:05:06Z').toISOString()).toBe('2026-02-03T04:05:06.000Z');
    expect(new Skewed(Number.NaN).getTime()).toBeNaN();
    expect(Skewed.UTC(2026, 1)).toBe(Date.UTC(2026, 1));
  });

  test('is still Date to code that extends it or asks for it', () => {
    const { Date: Skewed, setSkew } = dateAt(NOW_MS);
    class Later extends Skewed {
      later = true;
    }
    setSkew(5_000);

    const later = new Later();

    expect(later).toBeInstanceOf(Skewed);
    expect(later).toMatchObject({ later: true, constructor: Later });
    expect(later.getTime()).toBe(NOW_MS + 5_000);
    expect(new Skewed().constructor).toBe(Skewed);
    expect(Object.keys(Skewed.prototype)).toEqual([]);
    expect([Skewed.name, Skewed.length]).toEqual(['Date', 7]);
  });

  test('has no time where there is none', () => {
    const { Date: Skewed, setSkew } = dateAt(0);

    setSkew(5_000);

    expect(Skewed.now()).toBe(0);
  });
});
