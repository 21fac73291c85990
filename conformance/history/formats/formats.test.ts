import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromJsonLines, type RecordedHistory, toElleEdn, toJsonLines, toKnossosEdn } from '../index.ts';
import { historyOf } from '../notation.testing.ts';
import { histories } from '../oracle/random-history.testing.ts';

describe('JSON lines', () => {
  test('bring back what was written', () => {
    fc.assert(
      fc.property(histories, (history) => {
        expect(fromJsonLines(toJsonLines(history))).toEqual(history);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test('hold one operation each', () => {
    expect(toJsonLines(historyOf('A w? x/1\nB s x0'))).toBe(
      '{"kind":"write","outcome":"unknown","session":"A","pop":"LHR","invoked":0,"completed":0,"effects":[{"kind":"put","key":"x","value":"x@0","expected":1}]}\n' +
        '{"kind":"read","session":"B","pop":"LHR","invoked":1,"completed":1,"seen":[{"key":"x","version":0}],"strong":true}\n',
    );
  });

  test.each([
    ['{', 'line 2 is no operation: SyntaxError'],
    ['{"kind":"guess"}', 'line 2 is no operation: '],
    [
      '{"kind":"read","session":"A","pop":"LHR","invoked":0,"completed":0,"seen":[{"key":"x","version":-1}]}',
      'seen[0].version',
    ],
  ])('name the line that is none: %s', (line, message) => {
    expect(() => fromJsonLines(`${toJsonLines(historyOf('A w x1'))}${line}\n`)).toThrow(message);
  });
});

describe('EDN', () => {
  const history = historyOf(
    'A w? x ~2\nB c y1/0\nB d y2/1\nA r x1=x@0 y0\nB w x2 z1/3\nB w! z\nA s z1\nA r x2=- z1',
  );

  test('for Elle has every request as a transaction, without what it cannot hold', () => {
    expect(toElleEdn(history)).toBe(
      `{:index 0, :type :invoke, :process 0, :f :txn, :value [[:w "x" "x@0"]], :time 0}
{:index 1, :type :invoke, :process 1, :f :txn, :value [[:w "y" "y1"]], :time 1}
{:index 2, :type :ok, :process 1, :f :txn, :value [[:w "y" "y1"]], :time 1}
{:index 3, :type :invoke, :process 1, :f :txn, :value [[:w "y" "deleted by 1"]], :time 2}
{:index 4, :type :info, :process 0, :f :txn, :value [[:w "x" "x@0"]], :time 2}
{:index 5, :type :ok, :process 1, :f :txn, :value [[:w "y" "deleted by 1"]], :time 2}
{:index 6, :type :invoke, :process 2, :f :txn, :value [[:r "x" nil]], :time 3}
{:index 7, :type :ok, :process 2, :f :txn, :value [[:r "x" "x@0"]], :time 3}
{:index 8, :type :invoke, :process 1, :f :txn, :value [[:w "x" "x2"] [:w "z" "z1"]], :time 4}
{:index 9, :type :ok, :process 1, :f :txn, :value [[:w "x" "x2"] [:w "z" "z1"]], :time 4}
{:index 10, :type :invoke, :process 1, :f :txn, :value [[:w "z" "z@5"]], :time 5}
{:index 11, :type :fail, :process 1, :f :txn, :value [[:w "z" "z@5"]], :time 5}
{:index 12, :type :invoke, :process 2, :f :txn, :value [[:r "z" nil]], :time 6}
{:index 13, :type :ok, :process 2, :f :txn, :value [[:r "z" "z1"]], :time 6}
{:index 14, :type :invoke, :process 2, :f :txn, :value [[:r "z" nil]], :time 7}
{:index 15, :type :ok, :process 2, :f :txn, :value [[:r "z" "z1"]], :time 7}
`,
    );
  });

  test('for Knossos has one document as a register', () => {
    expect(toKnossosEdn(history, 'y')).toBe(
      `{:index 0, :type :invoke, :process 0, :f :cas, :value [:absent "y1"], :time 1}
{:index 1, :type :ok, :process 0, :f :cas, :value [:absent "y1"], :time 1}
{:index 2, :type :invoke, :process 0, :f :cas, :value ["y1" :absent], :time 2}
{:index 3, :type :ok, :process 0, :f :cas, :value ["y1" :absent], :time 2}
{:index 4, :type :invoke, :process 1, :f :read, :value nil, :time 3}
{:index 5, :type :ok, :process 1, :f :read, :value :absent, :time 3}
`,
    );
    expect(toKnossosEdn(history, 'x')).toContain(
      ':type :info, :process 0, :f :write, :value "x@0", :time 2}',
    );
    expect(toKnossosEdn(history, 'x')).toContain(':type :ok, :process 2, :f :read, :value nil, :time 7}');
  });

  test('escapes as EDN does, which has no \\b and no \\f', () => {
    const key = 'a"\\b\\\b\f\n';
    const seen = [{ key, version: 0 }];
    const odd: RecordedHistory = {
      operations: [{ kind: 'read', session: 'A', pop: 'LHR', invoked: 0, completed: 0, seen }],
    };

    expect(toElleEdn(odd)).toContain('[:r "a\\"\\\\b\\\\\\u0008\\u000c\\n" nil]');
  });

  test.each([
    ['Elle', (each: RecordedHistory) => [toElleEdn(each)]],
    ['Knossos', (each: RecordedHistory) => ['x', 'y', 'z'].map((key) => toKnossosEdn(each, key))],
  ])(
    'for %s is a history that Jepsen accepts: one map a line, and no process with two operations',
    (_, toEdn) => {
      fc.assert(
        fc.property(histories, (drawn) => {
          for (const text of toEdn(drawn)) {
            const busy = new Set<string>();
            for (const [index, line] of text.split('\n').filter(Boolean).entries()) {
              const [, number, type, process = ''] = LINE.exec(line) ?? [];
              expect(Number(number)).toBe(index);
              expect(busy.has(process)).toBe(type !== 'invoke');
              if (type === 'invoke') busy.add(process);
              // A process that crashed never comes back.
              else if (type !== 'info') busy.delete(process);
            }
          }
        }),
        { seed: 2, numRuns: 300 },
      );
    },
  );
});

const STRING = '"(?:[^"\\\\]|\\\\["\\\\nrt]|\\\\u[0-9a-f]{4})*"';
const VALUE = `(?:nil|:absent|${STRING})`;
const MICRO = `\\[:[rw] ${STRING} (?:nil|${STRING})\\]`;
const LINE = new RegExp(
  `^\\{:index (\\d+), :type :(invoke|ok|fail|info), :process (\\d+), (?::f :(?:read|write), :value ${VALUE}|:f :cas, :value \\[${VALUE} ${VALUE}\\]|:f :txn, :value \\[(?:${MICRO}(?: (?=\\[))?)*\\]), :time \\d+\\}$`,
);
