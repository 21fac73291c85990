import { describe, expect, test } from 'vitest';
import { groupedDeviation, tally } from '../../../fixtures/generator/chi-square.testing.ts';
import { lomaxTable } from '../../../fixtures/generator/index.ts';
import { financeCount, noteCount } from './counts.ts';
import { FINANCES_PER_CLIENT, NOTES_PER_CLIENT } from './distributions.ts';

const shares = (table: readonly number[]): number[] => table.map((sum, at) => sum - (table[at - 1] ?? 0));

describe('records per client', () => {
  const acme = { account: 'acme', seed: 1 };

  test('are the same in every engine, for ever: k6 predicts them', () => {
    const counts = Array.from({ length: 12 }, (_, index) => [
      financeCount(acme, index),
      noteCount(acme, index),
    ]);
    expect(JSON.stringify(counts)).toMatchInlineSnapshot(
      `"[[1,16],[4,3],[1,46],[1,2],[1,2],[0,1],[13,7],[0,3],[0,2],[0,1],[0,5],[2,3]]"`,
    );
  });

  test.each([
    ['finances', financeCount, FINANCES_PER_CLIENT],
    ['notes', noteCount, NOTES_PER_CLIENT],
  ])('%s follow the declared distribution', (_, count, declared) => {
    const probabilities = shares(lomaxTable(declared));
    const observed = tally(50_000, probabilities.length, (index) => count(acme, index) - declared.minimum);
    expect(observed).toHaveLength(probabilities.length);
    expect(groupedDeviation(observed, probabilities)).toBeLessThan(4);
  });
});
