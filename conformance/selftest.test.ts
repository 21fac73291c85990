import { expect, test } from 'vitest';
import { system } from '../reference-worker/shared-shards/system.ts';
import { AREAS, areaOf } from './checks/check.ts';
import { CHECKS } from './checks/registry.ts';
import { DEFECTS } from './defects/catalogue.ts';
import { CANARY } from './selftest/canary.ts';
import { judge } from './selftest/judge.ts';
import { baselineOf, provoke } from './selftest/prove.ts';

/** The fast part of `npm run selftest`: every check on the reference Worker, the canary, and a defect of each area. */
const options = {
  system,
  checks: CHECKS,
  seed: 1,
  findsFirst: false,
  signal: new AbortController().signal,
};

test('the checks are green on the reference Worker, and in each area one catches its planted defect', async () => {
  const chosen = AREAS.flatMap((area) =>
    DEFECTS.filter(({ check }) => areaOf({ id: check }) === area).slice(0, 1),
  );
  const proved = CHECKS.filter(({ id }) => chosen.some(({ check }) => check === id));

  const baseline = await baselineOf(options);
  const [canary, ...kills] = await provoke([CANARY, ...chosen], options, () => undefined);

  if (!canary) throw new Error('the canary was not provoked');
  expect(judge(baseline, canary, kills, proved)).toMatchObject({ outcome: 'PASS' });
  expect(
    baseline.filter(({ verdict }) => verdict !== 'PASS').map(({ check, reason }) => [check.id, reason]),
  ).toEqual([]);
  expect(kills.length).toBe(AREAS.length);
}, 120_000);
