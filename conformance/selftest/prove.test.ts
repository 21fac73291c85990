import { expect, test } from 'vitest';
import { system } from '../../reference-worker/shared-shards/system.ts';
import { CHECKS } from '../checks/index.ts';
import { readCheckMutations } from './mutations.ts';
import { killsOf } from './prove.ts';

const { mutations, sentinel } = readCheckMutations(system, CHECKS);
const mutationOf = (id: string) => {
  const found = mutations.find((mutation) => mutation.id === id);
  if (!found) throw new Error(`there is no mutation ${id}`);
  return found;
};

test('of mutations on one platform those are caught whose checks see them, and no other', async () => {
  const caught = [
    sentinel,
    mutationOf('isolation/read-without-account'),
    mutationOf('cache/bookmark-not-compared'),
  ];
  // Nobody could miss the sentinel but a check that looks for something else.
  const missed = { ...sentinel, id: 'missed', check: 'limits/document-size' };
  const options = { system, checks: CHECKS, seed: 1, findsFirst: true, signal: AbortSignal.timeout(280_000) };

  const kills = await killsOf([missed, ...caught], options, () => undefined);

  expect(kills.map(({ mutation, survived }) => [mutation.id, survived === undefined])).toEqual([
    ['missed', false],
    ...caught.map(({ id }) => [id, true]),
  ]);
  expect(kills[1]?.seen).not.toBe('');
}, 300_000);
