import { describe, expect, test } from 'vitest';
import type { CheckOutcome } from '../../checks/index.ts';
import { CHECKS } from '../../checks/registry.ts';
import { expectation } from './likeliest.ts';

const [first, second, third] = CHECKS.filter(({ environment }) => environment === 'real-time');
if (!first || !second || !third) throw new Error('there are no checks');
const checks = [first, second, third];
const outcome = (check: (typeof checks)[number], durationMs: number): CheckOutcome => ({
  ...{ check, verdict: 'PASS', reason: '', claims: 1, controls: 1, failures: [], remarks: [] },
  durationMs,
});
const mutant = { id: 'worker.ts#f/sql/1', file: 'worker.ts', line: 10 };
const reach = (...reaching: typeof checks) => ({
  checksOf: new Map([[mutant.id, new Set(reaching.map(({ id }) => id))]]),
  outcomes: [outcome(first, 300), outcome(second, 100), outcome(third, 200)],
});

describe('of the checks that a mutant can be felt by', () => {
  test('the others are left out', () => {
    expect(expectation(checks, reach(third), [], new Map()).orderOf(mutant)).toEqual([third]);
  });

  test('the quickest comes first while nothing is known', () => {
    expect(expectation(checks, reach(...checks), [], new Map()).orderOf(mutant)).toEqual([
      second,
      third,
      first,
    ]);
  });

  test('one that watches a line beside it comes before', () => {
    const watched = [{ file: 'worker.ts', line: 11, check: first.id }];

    expect(expectation(checks, reach(...checks), watched, new Map()).orderOf(mutant)[0]).toBe(first);
  });

  test('one that has killed it before comes before all', () => {
    const watched = [{ file: 'worker.ts', line: 10, check: second.id }];
    const killers = new Map([[mutant.id, first.id]]);

    expect(expectation(checks, reach(...checks), watched, killers).orderOf(mutant)[0]).toBe(first);
  });

  test('one that kills comes before one that does not', () => {
    const expected = expectation(checks, reach(...checks), [], new Map());
    for (let time = 0; time < 20; time += 1)
      expected.learn({ file: 'other.ts', line: 1 }, [second, third], third);

    expect(expected.orderOf(mutant)[0]).toBe(third);
  });
});
