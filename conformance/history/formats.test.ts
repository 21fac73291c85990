import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromJsonLines, type History, toEdn, toJsonLines } from './index.ts';
import { historyOf } from './notation.testing.ts';
import { histories } from './random-history.testing.ts';

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
  test('has an invocation and a completion of each operation, in the order of time', () => {
    const history = historyOf('A w? x ~2\nB c y1/0\nB d y2\nA r x1=x@0 y0\nB w x2 z1/3\nB w! z\nA s z1');

    expect(toEdn(history)).toBe(
      `{:index 0, :type :invoke, :process 0, :f :write, :value ["x" nil "x@0"], :session "A", :time 0}
{:index 1, :type :invoke, :process 1, :f :cas, :value ["y" nil "y1"], :if-match 0, :session "B", :time 1}
{:index 2, :type :ok, :process 1, :f :cas, :value ["y" 1 "y1"], :if-match 0, :session "B", :time 1}
{:index 3, :type :invoke, :process 1, :f :delete, :value ["y" nil nil], :session "B", :time 2}
{:index 4, :type :info, :process 0, :f :write, :value ["x" nil "x@0"], :session "A", :time 2}
{:index 5, :type :ok, :process 1, :f :delete, :value ["y" 2 nil], :session "B", :time 2}
{:index 6, :type :invoke, :process 2, :f :txn, :value [[:r "x" [nil nil]] [:r "y" [nil nil]]], :session "A", :time 3}
{:index 7, :type :ok, :process 2, :f :txn, :value [[:r "x" [1 "x@0"]] [:r "y" [0 nil]]], :session "A", :time 3}
{:index 8, :type :invoke, :process 1, :f :txn, :value [[:w "x" [nil "x2"]] [:w "z" [nil "z1"] {:if-match 3}]], :session "B", :time 4}
{:index 9, :type :ok, :process 1, :f :txn, :value [[:w "x" [2 "x2"]] [:w "z" [1 "z1"] {:if-match 3}]], :session "B", :time 4}
{:index 10, :type :invoke, :process 1, :f :write, :value ["z" nil "z@5"], :session "B", :time 5}
{:index 11, :type :fail, :process 1, :f :write, :value ["z" nil "z@5"], :session "B", :time 5}
{:index 12, :type :invoke, :process 2, :f :read, :value ["z" nil nil], :strong true, :session "A", :time 6}
{:index 13, :type :ok, :process 2, :f :read, :value ["z" 1 "z1"], :strong true, :session "A", :time 6}
`,
    );
  });

  test('escapes as EDN does, which has no \\b and no \\f', () => {
    const session = 'a"\\b\\\b\f\n';
    const history: History = {
      operations: [{ kind: 'read', session, pop: 'LHR', invoked: 0, completed: 0, seen: [] }],
    };

    expect(toEdn(history)).toContain(':session "a\\"\\\\b\\\\\\u0008\\u000c\\n"');
  });

  test('is a history that Jepsen accepts: one map a line, and no process with two operations', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const busy = new Set<string>();
        for (const [index, line] of toEdn(history).trimEnd().split('\n').entries()) {
          if (history.operations.length === 0) continue;
          const [, number, type, process = ''] = LINE.exec(line) ?? [];
          expect(Number(number)).toBe(index);
          expect(busy.has(process)).toBe(type !== 'invoke');
          if (type === 'invoke') busy.add(process);
          // A process that crashed never comes back.
          else if (type !== 'info') busy.delete(process);
        }
      }),
      { seed: 2, numRuns: 300 },
    );
  });
});

const STRING = '"(?:[^"\\\\]|\\\\["\\\\nrt]|\\\\u[0-9a-f]{4})*"';
const VALUES = `(?:nil|\\d+) (?:nil|${STRING})`;
const MICRO = `\\[:(?:r|w|delete) ${STRING} \\[${VALUES}\\](?: \\{:if-match \\d+\\})?\\]`;
const LINE = new RegExp(
  `^\\{:index (\\d+), :type :(invoke|ok|fail|info), :process (\\d+), (?::f :(?:read|write|cas|delete), :value \\[${STRING} ${VALUES}\\](?:, :if-match \\d+)?|:f :txn, :value \\[(?:${MICRO}(?: (?=\\[))?)*\\])(?:, :strong true)?, :session ${STRING}, :time \\d+\\}$`,
);
