import { expect, test } from 'vitest';
import { system } from '../../reference-worker/shared-shards/system.ts';
import { loadSystem } from '../../reference-worker/target/index.ts';
import { CHECKS } from '../checks/index.ts';
import { readCheckMutations } from './mutations.ts';

const { mutations } = readCheckMutations(system, CHECKS);
const OTHERS = ['single-tenant', 'content-sites', 'synced-settings'];
const ofSystem = async (name: string) =>
  readCheckMutations(await loadSystem({ system: name }, '.'), CHECKS).mutations;

test('there are at least 150 mutations, each with a title of its own', () => {
  expect(mutations.length).toBeGreaterThanOrEqual(150);
  expect(new Set(mutations.map(({ title }) => title)).size).toBe(mutations.length);
});

test('those of the other reference systems apply to their Workers', async () => {
  for (const name of OTHERS) expect((await ofSystem(name)).length).toBeGreaterThanOrEqual(13);
});

test('each check has one, in one of the reference systems', async () => {
  const all = [...mutations, ...(await Promise.all(OTHERS.map(ofSystem))).flat()];
  const named = new Set(all.map(({ check }) => check));

  expect(CHECKS.filter(({ id }) => !named.has(id)).map(({ id }) => id)).toEqual([]);
});

test('a mutation that names no check is refused', () => {
  const others = CHECKS.filter(({ id }) => id !== 'isolation/swapped-id');

  expect(() => readCheckMutations(system, others)).toThrow(
    /\.diff: there is no check isolation\/swapped-id\./,
  );
});
