import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitScalability } from './scalability.ts';

const USERS = [500, 1000, 2000, 4000, 6000, 8000];

const curve =
  (lambda: number, sigma: number, kappa: number) =>
  (n: number): number =>
    (lambda * n) / (1 + sigma * (n - 1) + kappa * n * (n - 1));
const measured = (throughput: (users: number) => number, users: readonly number[] = USERS) =>
  users.map((virtualUsers) => ({ virtualUsers, requestsPerSecond: throughput(virtualUsers) }));

describe('fitScalability', () => {
  test('finds the coefficients of a ladder without noise', () => {
    const coefficient = (max: number) => fc.double({ min: 0, max, noNaN: true });
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 10, noNaN: true }),
        coefficient(1e-3),
        coefficient(1e-7),
        (lambda, sigma, kappa) => {
          const fit = fitScalability(measured(curve(lambda, sigma, kappa)));

          expect((fit?.lambda ?? 0) / lambda).toBeCloseTo(1, 4);
          expect(fit?.sigma).toBeCloseTo(sigma, 6);
          expect(fit?.kappa).toBeCloseTo(kappa, 10);
          expect(fit?.rSquared).toBeCloseTo(1, 6);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('the order of the rungs does not matter', () => {
    const points = measured((n) => Math.min(n / 18, 200));
    const permuted = fc.shuffledSubarray(points, { minLength: points.length });
    fc.assert(
      fc.property(permuted, (shuffled) => {
        expect(fitScalability(shuffled)?.kappa).toBeCloseTo(fitScalability(points)?.kappa ?? 0, 12);
      }),
      { numRuns: 20 },
    );
  });

  test('tells throughput that falls from throughput that levels off', () => {
    const level = fitScalability(measured((n) => (0.05 * n) / (1 + 0.001 * n)));
    const falling = fitScalability(measured((n) => (0.05 * n) / (1 + 1e-7 * n * n)));

    expect(level?.kappa).toBeLessThan(1e-10);
    expect(falling?.kappa).toBeGreaterThan(5e-8);
  });

  test('says how little it explains of a ladder that jumps about', () => {
    const jumping = [100, 20, 150, 10, 90, 30].map((requestsPerSecond, index) => ({
      virtualUsers: USERS[index] ?? 0,
      requestsPerSecond,
    }));

    expect(fitScalability(jumping)?.rSquared).toBeLessThan(0.5);
  });

  test.each([
    ['three rungs', measured(curve(1, 0, 0), [1, 2, 3])],
    ['the same rung again and again', measured(curve(1, 0, 0), [5, 5, 5, 5, 5])],
    ['a rung without an answer', measured((n) => (n > 5000 ? 0 : n))],
  ])('%s is no fit', (_, points) => {
    expect(fitScalability(points)).toBeNull();
  });
});
