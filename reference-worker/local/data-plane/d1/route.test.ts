import { expect, test } from 'vitest';
import { withD1 } from '../../test/d1-client.ts';
import { chanceOf } from '../chance.ts';
import { nearestReplica } from './route.ts';

const { d1 } = withD1({
  nearest: { LHR: { WEUR: 3, EEUR: 1 }, MAN: { WEUR: 0, EEUR: 1 }, EDI: { EEUR: 1 } },
});

test('a request reaches each replica as often as its weight says', () => {
  const chance = chanceOf(1, 'route');
  const reached = Array.from({ length: 10_000 }, () => nearestReplica(d1, 'LHR', chance));

  expect(reached.filter((region) => region === 'WEUR').length / reached.length).toBeCloseTo(0.75, 1);
});

test.each([0, 0.5, 1 - 2 ** -53])('a weight of zero is never drawn, not even by %d', (drawn) => {
  expect(['MAN', 'EDI'].map((pop) => nearestReplica(d1, pop === 'MAN' ? 'MAN' : 'EDI', () => drawn))).toEqual(
    ['EEUR', 'EEUR'],
  );
  expect(nearestReplica(d1, 'LHR', () => drawn)).toBe(drawn < 0.75 ? 'WEUR' : 'EEUR');
});
