import { expect, test } from 'vitest';
import { studentQuantile } from './index.ts';

/** From the published tables, to three digits behind the point. */
test.each([
  [0.975, 1, 12.706],
  [0.975, 2, 4.303],
  [0.975, 5, 2.571],
  [0.975, 9, 2.262],
  [0.975, 30, 2.042],
  [0.975, 120, 1.98],
  [0.975, 1000, 1.962],
  [0.95, 10, 1.812],
  [0.995, 4, 4.604],
  [0.5, 7, 0],
])('t[%d] with %d degrees of freedom is %d', (probability, degreesOfFreedom, quantile) => {
  expect(studentQuantile(probability, degreesOfFreedom)).toBeCloseTo(quantile, 3);
});
