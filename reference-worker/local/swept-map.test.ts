import { expect, test } from 'vitest';
import { SweptMap } from './swept-map.ts';

const isOver = (value: number): boolean => value < 0;

test('holds what is not over, however often it is swept', () => {
  const map = new SweptMap(isOver);

  for (let n = 1; n <= 10_000; n++) map.set(`${n}`, n);

  expect(map.size).toBe(10_000);
  expect(map.get('1')).toBe(1);
});

test('stays small however much is over', () => {
  const map = new SweptMap(isOver);
  for (let n = 1; n <= 100; n++) map.set(`${n}`, n);

  for (let n = 1; n <= 100_000; n++) map.set(`over ${n}`, -n);

  expect(map.size).toBeLessThanOrEqual(1_024);
  expect([...map].filter(([, value]) => !isOver(value))).toHaveLength(100);
});

test('sweeps only when it has doubled, not with every further value', () => {
  let asked = 0;
  const map = new SweptMap(() => {
    asked += 1;
    return false;
  });

  for (let n = 1; n <= 10_000; n++) map.set(`${n}`, n);

  expect(asked).toBe(1_024 + 2_048 + 4_096 + 8_192);
});
