import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GUARANTEES, type RecordedHistory, type RecordedRead, Recorder } from '../index.ts';
import { histories } from '../oracle/random-history.testing.ts';

function recorded({ operations }: RecordedHistory): RecordedHistory {
  const recorder = new Recorder();
  for (const operation of operations) recorder.add(operation);
  return recorder.finish();
}

describe('a recorder', () => {
  test('keeps what it is given', () => {
    fc.assert(
      fc.property(histories, (history) => {
        expect(recorded(history).operations).toEqual(history.operations);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test('makes a history that is judged as any other', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const again = recorded(history);
        for (const { check } of GUARANTEES) expect(check(again)).toEqual(check(history));
      }),
      { seed: 2, numRuns: 300 },
    );
  });

  test('takes operations in any order that keeps those of a session', () => {
    const history: RecordedHistory = {
      operations: [
        {
          kind: 'read',
          session: 'B',
          pop: 'LHR',
          invoked: 4,
          completed: 5,
          seen: [{ key: 'x', version: 0 }],
        },
        {
          kind: 'write',
          outcome: 'ok',
          session: 'A',
          pop: 'LHR',
          invoked: 0,
          completed: 1,
          effects: [{ kind: 'put', key: 'x', value: 'a', version: 1 }],
        },
        {
          kind: 'read',
          session: 'B',
          pop: 'LHR',
          invoked: 2,
          completed: 3,
          seen: [{ key: 'x', version: 1, value: 'a' }],
        },
      ],
    };

    const violation = GUARANTEES.find(({ id }) => id === 'monotonic-reads')?.check(history);

    expect(violation?.operations.map((each) => history.operations.indexOf(each))).toEqual([2, 0]);
  });

  test.each([-1, 0.5, Number.NaN, 2 ** 31 - 1])('refuses %d as a version', (version) => {
    const recorder = new Recorder();

    expect(() =>
      recorder.add({
        kind: 'read',
        session: 'A',
        pop: 'LHR',
        invoked: 0,
        completed: 0,
        seen: [{ key: 'x', version }],
      }),
    ).toThrow(`${version} is no version, of x`);
  });

  test('refuses a value that two writes wrote: no read could say which one it shows', () => {
    const write = (session: string) =>
      ({
        kind: 'write',
        outcome: 'ok',
        session,
        pop: 'LHR',
        invoked: 0,
        completed: 0,
        effects: [{ kind: 'put', key: 'x', value: 'v' }],
      }) as const;

    expect(() => GUARANTEES.map(({ check }) => check({ operations: [write('A'), write('B')] }))).toThrow(
      'two writes of the value v',
    );
  });

  test.each([
    [Number.NaN, 1],
    [0, Number.NaN],
    [0, Number.POSITIVE_INFINITY],
    [2, 1],
  ])('refuses an operation from %d to %d, as does every checker', (invoked, completed) => {
    const read: RecordedRead = { kind: 'read', session: 'A', pop: 'LHR', invoked, completed, seen: [] };

    expect(() => new Recorder().add(read)).toThrow(
      `an operation of A cannot last from ${invoked} to ${completed}`,
    );
    for (const { check } of GUARANTEES) expect(() => check({ operations: [read] })).toThrow(RangeError);
  });
});
