import { expect, test } from 'vitest';
import { CHECKS } from '../checks/registry.ts';
import { CANARY } from '../selftest/canary.ts';
import { applyDefect } from './apply.ts';
import { DEFECTS } from './catalogue.ts';

test('there are at least 50 defects, each with an id and a title of its own', () => {
  expect(DEFECTS.length).toBeGreaterThanOrEqual(50);
  expect(new Set(DEFECTS.map(({ id }) => id)).size).toBe(DEFECTS.length);
  expect(new Set(DEFECTS.map(({ title }) => title)).size).toBe(DEFECTS.length);
});

test('each names a check that there is, and each check is named', () => {
  const named = new Set(DEFECTS.map(({ check }) => check));

  expect([...named].filter((name) => !CHECKS.some(({ id }) => id === name))).toEqual([]);
  expect(CHECKS.filter(({ id }) => !named.has(id)).map(({ id }) => id)).toEqual([]);
});

test('each still applies to the Worker', () => {
  for (const defect of [CANARY, ...DEFECTS]) applyDefect(defect).remove();
});
