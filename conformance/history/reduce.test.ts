import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GUARANTEES, type Guarantee, reduce } from './index.ts';
import { historyOf } from './notation.testing.ts';
import { histories } from './random-history.testing.ts';

const guarantee = (id: string): Guarantee => {
  const found = GUARANTEES.find((each) => each.id === id);
  if (!found) throw new Error(`there is no ${id}`);
  return found;
};

test('leaves what the argument needs', () => {
  const history = historyOf(
    'A w x1\nC r y0\nA w y1\nC r y1\nB w y2\nB r x1\nB w z1\nD w q1\nC r x0 z1\nD r q0',
  );

  const { operations } = reduce(history, guarantee('monotonic-writes'));

  expect(operations).toEqual([0, 2, 4, 6, 8].map((index) => history.operations[index]));
});

test('keeps what would be missed for another reason', () => {
  const history = historyOf('A w x1\nB w x2\nC r x2\nA w x4');

  const { operations } = reduce(history, guarantee('versions-rise-by-one'));

  expect(operations).toEqual([0, 1, 3].map((index) => history.operations[index]));
});

test('refuses a history that breaks nothing', () => {
  expect(() => reduce(historyOf('A w x1'), guarantee('no-lost-write'))).toThrow(
    'does not break no-lost-write',
  );
});

test('arrives where no operation can be left out, and says the same', () => {
  let reduced = 0;

  fc.assert(
    fc.property(histories, (history) => {
      for (const each of GUARANTEES) {
        const violation = each.check(history);
        if (!violation) continue;
        const { operations } = reduce(history, each);
        reduced += 1;
        expect(each.check({ operations })).toMatchObject({
          because: violation.because,
          however: violation.however,
        });
        for (const index of operations.keys())
          expect(each.check({ operations: operations.toSpliced(index, 1) })?.because).not.toBe(
            violation.because,
          );
      }
    }),
    { seed: 1, numRuns: 200 },
  );

  expect(reduced).toBeGreaterThan(100);
});
