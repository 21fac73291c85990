import { describe, expect, test } from 'vitest';
import { defineSystem, type PromiseName } from '../../reference-worker/target/index.ts';
import type { CheckOutcome } from '../checks/index.ts';
import { promiseResultsOf } from './promises.ts';

const systemOf = (promises: readonly PromiseName[]) =>
  defineSystem({
    ...{ name: 'letters', resources: { letters: {} }, routes: {}, promises },
    request: { identify: () => ({}) },
    answer: () => ({ outcome: 'ok', documents: [] }),
  });

/** What became of a check that needs, or judges, these promises. */
const outcomeOf = (
  verdict: CheckOutcome['verdict'],
  judged: Pick<CheckOutcome['check'], 'needs'> & Partial<Pick<CheckOutcome['check'], 'promises'>>,
): CheckOutcome => ({
  check: {
    ...{ id: `semantics/${verdict}`, title: '', requirements: [], severity: 'high', method: '' },
    ...{ environment: 'real-time', run: async () => undefined, ...judged },
  },
  ...{ verdict, reason: '', claims: 0, controls: 0, failures: [], remarks: [], durationMs: 0 },
});
const VERSIONS = { needs: ['versions'] } as const;

describe('a promise is', () => {
  test.each([
    ['held when all that judged it have passed', ['PASS', 'PASS', 'SKIPPED'], 'held', 2],
    ['broken by one violation', ['PASS', 'FAIL', 'INCONCLUSIVE'], 'broken', 3],
    ['open after a check that came to no end', ['PASS', 'INCONCLUSIVE'], 'open', 2],
    ['not judgeable where every check was skipped', ['SKIPPED'], 'not judgeable here', 0],
  ] as const)('%s', (_, verdicts, state, count) => {
    const outcomes = verdicts.map((verdict) => outcomeOf(verdict, VERSIONS));

    const [result] = promiseResultsOf(systemOf(['versions']), outcomes);

    expect(result).toMatchObject({ name: 'versions', state });
    expect(result?.checks).toHaveLength(count);
  });

  test('not promised where the description does not name it, whatever a check says of the rest', () => {
    const partly = outcomeOf('FAIL', { needs: ['read'], promises: ['exact-json'] });

    expect(promiseResultsOf(systemOf([]), [partly])).toMatchObject([
      { name: 'exact-json', state: 'not promised', checks: [] },
    ]);
  });
});

test('a check says nothing of a promise that it only needs, where it names what it judges', () => {
  const outcome = outcomeOf('FAIL', { needs: ['versions', 'sessions'], promises: ['sessions'] });

  const results = promiseResultsOf(systemOf(['versions', 'sessions']), [outcome]);

  expect(results.map(({ name }) => name)).toEqual(['sessions']);
});
