import { expect, test } from 'vitest';
import { system } from '../reference-worker/shared-shards/system.ts';
import { AREAS, areaOf, CHECKS } from './checks/index.ts';
import { judgeProof } from './selftest/judge.ts';
import { checksShownBy, readCheckMutations } from './selftest/mutations.ts';
import { baselineOf, killsOf } from './selftest/prove.ts';

/** The fast part of `npm run selftest`: every check on the reference Worker, the sentinel, and a mutation of each area. */
const { mutations, sentinel } = readCheckMutations(system, CHECKS);
const options = {
  system,
  checks: CHECKS,
  seed: 1,
  findsFirst: false,
  signal: new AbortController().signal,
};

test('the checks are green on the reference Worker, and in each area one catches its mutation', async () => {
  // What visitors may see, another reference system shows.
  const areas = AREAS.filter((area) => mutations.some(({ check }) => areaOf({ id: check }) === area));
  const chosen = areas.flatMap((area) =>
    mutations.filter(({ check }) => areaOf({ id: check }) === area).slice(0, 1),
  );
  const proved = CHECKS.filter(({ id }) => chosen.some(({ check }) => check === id));

  const baseline = await baselineOf({ ...options, checks: checksShownBy(mutations, CHECKS) });
  const [first, ...kills] = await killsOf([sentinel, ...chosen], options, () => undefined);

  if (!first) throw new Error('the sentinel was not run');
  expect(judgeProof(baseline, first, kills, proved)).toMatchObject({ outcome: 'PASS' });
  expect(
    baseline.filter(({ verdict }) => verdict !== 'PASS').map(({ check, reason }) => [check.id, reason]),
  ).toEqual([]);
  expect(kills.length).toBe(areas.length);
}, 300_000);
