import { expect, test } from 'vitest';
import { chanceOf } from '../latency/index.ts';
import { withD1 } from '../testing/d1-client.ts';
import { nearestInstance } from './route.ts';

const { d1 } = withD1({
  nearest: {
    LHR: { primary: 4, WEUR: 3, EEUR: 1 },
    MAN: { primary: 0, WEUR: 0, EEUR: 1 },
    EDI: { primary: 1, WEUR: 0 },
  },
});

test('a request reaches the primary and each replica as often as its weight says', () => {
  const chance = chanceOf(1, 'route');
  const reached = Array.from({ length: 10_000 }, () => nearestInstance(d1, 'LHR', chance));

  const share = (instance: (typeof reached)[number]) =>
    reached.filter((each) => each === instance).length / reached.length;
  expect(share(undefined)).toBeCloseTo(0.5, 1);
  expect(share('WEUR')).toBeCloseTo(0.375, 1);
  expect(share('EEUR')).toBeCloseTo(0.125, 1);
});

test.each([0, 0.5, 1 - 2 ** -53])('a weight of zero is never drawn, not even by %d', (drawn) => {
  expect(nearestInstance(d1, 'MAN', () => drawn)).toBe('EEUR');
  expect(nearestInstance(d1, 'EDI', () => drawn)).toBeUndefined();
});

test('without replicas every request reaches the primary, whatever the weights say', () => {
  expect(nearestInstance({ ...d1, replicas: [] }, 'MAN', () => 0.5)).toBeUndefined();
});
