import { describe, expect, test } from 'vitest';
import { chanceOf, draw } from '../../reference-worker/target/index.ts';
import { type Between, fitBetween, inflationOf, likeliest, quantileAt } from './censored.ts';
import { STATED } from './quantiles.ts';

const TRUTH = { min: 30, p50: 60, p95: 150, p99: 220 };

/** Lags that are looked for every so often. */
function bracketed(seed: number, count: number, everyMs: number): Between[] {
  const chance = chanceOf(seed, 'censored');
  return Array.from({ length: count }, () => {
    const offsetMs = everyMs * chance();
    const looks = Math.max(0, Math.ceil((draw(TRUTH, chance) - offsetMs) / everyMs));
    const atMostMs = offsetMs + looks * everyMs;
    return { overMs: looks === 0 ? 0 : atMostMs - everyMs, atMostMs };
  });
}

/** Each looked for once, at some age. */
function onceLooked(seed: number, count: number): Between[] {
  const chance = chanceOf(seed, 'once');
  return Array.from({ length: count }, () => {
    const ageMs = draw(TRUTH, chance) * (0.7 + 0.6 * chance());
    return draw(TRUTH, chance) <= ageMs
      ? { overMs: 0, atMostMs: ageMs }
      : { overMs: ageMs, atMostMs: Number.POSITIVE_INFINITY };
  });
}

const RUNS = 10;
/** Fewer of ten happen once in a thousand times; twenty profiles are in `prove:calibrate`. */
const HELD_MIN = 7;

describe('the intervals hold the truth', () => {
  test.each<[string, (seed: number) => Between[]]>([
    ['of lags that were looked for every 25 ms', (seed) => bracketed(seed, 300, 25)],
    ['of lags that were looked for once', (seed) => onceLooked(seed, 600)],
  ])('%s', (_, observed) => {
    const fits = Array.from({ length: RUNS }, (__, seed) => fitBetween(observed(seed), 1));

    for (const name of STATED) {
      const held = fits.filter((fit) => fit[name].low <= TRUTH[name] && TRUTH[name] <= fit[name].high).length;
      expect([name, held >= HELD_MIN]).toEqual([name, true]);
    }
  });
});

test('many observations find the numbers', () => {
  const fit = fitBetween(bracketed(5, 3_000, 10), 1);

  for (const name of STATED) expect(Math.abs(fit[name].value / TRUTH[name] - 1)).toBeLessThan(0.08);
});

test('observations that count for less leave more open', () => {
  const observed = bracketed(6, 300, 25);
  const [one, four] = [fitBetween(observed, 1), fitBetween(observed, 4)];

  expect(four.p50.value).toBe(one.p50.value);
  expect(four.p50.high - four.p50.low).toBeGreaterThan(1.5 * (one.p50.high - one.p50.low));
});

test('a bound that nothing sets is none', () => {
  const never = Array.from({ length: 50 }, () => ({ overMs: 100, atMostMs: Number.POSITIVE_INFINITY }));

  expect(fitBetween(never, 1).p99.high).toBe(Number.POSITIVE_INFINITY);
});

test('what a share stays under goes through the stated numbers', () => {
  const knots = likeliest(bracketed(7, 300, 25));

  expect([0, 0.5, 0.95, 0.99].map((share) => quantileAt(knots, share))).toEqual(
    knots.map((knot) => expect.closeTo(knot, 6)),
  );
});

describe('how many count as one', () => {
  test('is one for independent values', () => {
    const chance = chanceOf(8, 'independent');

    expect(inflationOf([Array.from({ length: 2_000 }, chance)])).toBeLessThan(1.2);
  });

  test('is as many as hold on to one value, about', () => {
    const chance = chanceOf(9, 'held');
    const held = Array.from({ length: 500 }, chance).flatMap((value) => [value, value, value, value]);

    expect(inflationOf([held, held])).toBeGreaterThan(3);
    expect(inflationOf([held, held])).toBeLessThan(5);
  });
});
