import { describe, expect, test } from 'vitest';
import { applyMutation, readMutations } from '../../reference-worker/target/index.ts';
import { loadTestSystem } from '../../reference-worker/target/testing/index.ts';
import { CHECKS, type Check, type CheckOutcome } from '../checks/index.ts';
import { runChecks } from '../run/index.ts';

/**
 * Three Workers of shapes that strangers' Workers have, each by a description that a user would write: the right form is accused
 * of nothing, and each fault of the wrong one is found by the check that names it.
 */
const systems = await Promise.all((['reading', 'shop', 'memos'] as const).map(loadTestSystem));

describe.each(systems.map((system) => [system.name, system] as const))('%s', (_, system) => {
  const run = (checks: readonly Check[], entry?: string): Promise<CheckOutcome[]> =>
    runChecks({
      ...{ system, checks, entry, seed: 1, effort: 'fast' },
      signal: new AbortController().signal,
      onOutcome: () => undefined,
    });

  test('is accused of nothing, and judged by all that it promises', async () => {
    const outcomes = await run(CHECKS);

    const told = outcomes
      .filter(({ verdict }) => verdict !== 'PASS' && verdict !== 'SKIPPED')
      .map(({ check, verdict, reason }) => `${check.id} ${verdict}: ${reason}`);
    expect(told).toEqual([]);
    const passed = outcomes.filter(({ verdict }) => verdict === 'PASS').map(({ check }) => check.id);
    expect(passed).toEqual(expect.arrayContaining(readMutations(system).map(({ check }) => check)));
  }, 120_000);

  test.each(readMutations(system).map((mutation) => [mutation.title, mutation] as const))(
    '%s',
    async (_title, mutation) => {
      const { entry, remove } = applyMutation(mutation, system);
      try {
        const outcomes = await run(
          CHECKS.filter(({ id }) => id === mutation.check),
          entry,
        );

        expect(outcomes).toMatchObject([{ verdict: 'FAIL' }]);
      } finally {
        remove();
      }
    },
  );
});
