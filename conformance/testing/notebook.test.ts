import { expect, test } from 'vitest';
import { applyMutation, readMutations } from '../../reference-worker/target/index.ts';
import { loadTestSystem } from '../../reference-worker/target/testing/index.ts';
import { areaOf, type Check } from '../checks/check.ts';
import { CHECKS } from '../checks/registry.ts';
import type { CheckOutcome } from '../checks/run-check.ts';
import { runChecks } from '../run/index.ts';

const notebook = await loadTestSystem('notebook');

/** A system that shares no word with the reference Worker is judged by the same checks, by its description alone. */
const run = (checks: readonly Check[], entry?: string): Promise<CheckOutcome[]> =>
  runChecks({
    system: notebook,
    checks,
    entry,
    seed: 1,
    effort: 'fast',
    signal: new AbortController().signal,
    onOutcome: () => undefined,
  });

test('the notebook passes every check whose needs it meets', async () => {
  const outcomes = await run(CHECKS);

  const judged = outcomes.filter(({ verdict }) => verdict !== 'SKIPPED');
  const wrong = judged.filter(({ verdict }) => verdict !== 'PASS');
  expect(wrong.map(({ check, verdict, reason }) => `${check.id} ${verdict}: ${reason}`)).toEqual([]);
  expect(judged.length).toBeGreaterThan(10);
  expect(new Set(judged.map(({ check }) => areaOf(check)))).toContain('isolation');
}, 180_000);

test.each(readMutations(notebook))('$id is caught by $check', async (mutation) => {
  const { entry, remove } = applyMutation(mutation, notebook);
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
