import { levenbergMarquardt } from 'ml-levenberg-marquardt';
import type { Knee } from '../../reports/index.ts';

export type Scalability = NonNullable<Knee['scalability']>;

/** Three coefficients need a fourth point before a fit says more than the points do. */
const FEWEST_RUNGS = 4;
/** The library's bound on the sum of squares at which it stops; throughput is scaled to at most 1. */
const EXACT = 1e-20;

/**
 * Fits the universal scalability law, X(n) = lambda n / (1 + sigma (n - 1) + kappa n (n - 1)), by least squares on the
 * throughput (Gunther, "Guerrilla Capacity Planning", Springer 2007, chapters 4 and 5). sigma is contention, kappa the
 * cost of agreement between users: with kappa above 0 throughput falls past its peak.
 *
 * Solved for n / X = a + b n + c n (n - 1) with a, b, c >= 0, users and throughput scaled to 1: the same with 0 <=
 * sigma <= 1 and kappa >= 0, without coefficients that lie five orders of magnitude apart.
 *
 * @param points users (at least 1) and requests per second, in any order
 * @returns null with fewer than four different numbers of users, or without throughput
 */
export function fitScalability(
  points: readonly { readonly virtualUsers: number; readonly requestsPerSecond: number }[],
): Scalability | null {
  const users = points.map((point) => point.virtualUsers);
  const throughput = points.map((point) => point.requestsPerSecond);
  if (new Set(users).size < FEWEST_RUNGS || throughput.some((value) => value <= 0)) return null;
  const [mostUsers, most] = [Math.max(...users), Math.max(...throughput)];
  const terms = (x: number): [number, number, number] => [1, x, x * (x - 1 / mostUsers)];
  const perRequest = (coefficients: readonly number[], x: number): number =>
    terms(x).reduce((sum, term, index) => sum + term * (coefficients[index] ?? 0), 0);
  const lightest = points.reduce((a, b) => (b.virtualUsers < a.virtualUsers ? b : a));
  const linear = (lightest.virtualUsers / mostUsers) * (most / lightest.requestsPerSecond);
  const { parameterValues } = levenbergMarquardt(
    { x: users.map((n) => n / mostUsers), y: throughput.map((value) => value / most) },
    (coefficients) => (x) => x / perRequest(coefficients, x),
    {
      initialValues: [linear, Math.max(1 - linear, 0), 0],
      minValues: [1e-9, 0, 0],
      jacobianFunction: (coefficients) => (x) =>
        terms(x).map((term) => (-x * term) / perRequest(coefficients, x) ** 2),
      errorTolerance: EXACT,
      maxIterations: 200,
    },
  );
  const [a = 0, b = 0, c = 0] = parameterValues;
  const lambda = most / (a * mostUsers + b);
  const [sigma, kappa] = [(b / most) * lambda, (c / (most * mostUsers)) * lambda];
  const fitted = (n: number): number => (lambda * n) / (1 + sigma * (n - 1) + kappa * n * (n - 1));
  return { lambda, sigma, kappa, rSquared: rSquared(throughput, users.map(fitted)) };
}

function rSquared(measured: readonly number[], fitted: readonly number[]): number {
  const mean = measured.reduce((sum, value) => sum + value, 0) / measured.length;
  const total = measured.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const left = measured.reduce((sum, value, index) => sum + (value - (fitted[index] ?? 0)) ** 2, 0);
  return total === 0 ? 0 : 1 - left / total;
}
