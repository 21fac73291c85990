import { expect, test } from 'vitest';
import { applyMutation, readMutations } from '../../../reference-worker/target/index.ts';
import { areaOf, CHECKS, type Check, type CheckOutcome } from '../../checks/index.ts';
import { runChecks } from '../../run/index.ts';
import { cabinet } from './cabinet.ts';

/** A Worker of another shape joins with a description, and the same checks judge it. */
const run = (checks: readonly Check[], entry?: string): Promise<CheckOutcome[]> =>
  runChecks({
    system: cabinet,
    checks,
    entry,
    seed: 1,
    effort: 'fast',
    signal: new AbortController().signal,
    onOutcome: () => undefined,
  });

test('the cabinet passes every check whose needs it meets', async () => {
  const outcomes = await run(CHECKS);

  const judged = outcomes.filter(({ verdict }) => verdict !== 'SKIPPED');
  const told = judged.map(({ check, verdict, reason }) =>
    verdict === 'PASS' ? '' : `${check.id} ${verdict}: ${reason}`,
  );
  expect(told.filter((text) => text !== '')).toEqual([]);
  expect(judged.length).toBeGreaterThan(CHECKS.length / 3);
  expect(new Set(judged.map(({ check }) => areaOf(check)))).toContain('isolation');
  expect(new Set(judged.map(({ check }) => areaOf(check)))).toContain('consistency');
}, 120_000);

test.each(readMutations(cabinet))('$id is caught by $check', async (mutation) => {
  const { entry, remove } = applyMutation(mutation, cabinet);
  try {
    const [outcome] = await run(
      CHECKS.filter(({ id }) => id === mutation.check),
      entry,
    );

    expect(outcome).toMatchObject({ verdict: 'FAIL' });
  } finally {
    remove();
  }
});
