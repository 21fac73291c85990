import { expect, test } from 'vitest';
import { parseProgram } from './notation.ts';

test('a program is read from its steps', () => {
  const program = parseProgram(
    'faulty: A put x@seen in EDI; wait 200; B patch y + delete z !reply-lost; C read all; A if-changed x; B pages all',
  );

  const plain = { pop: 'LHR', fault: 'none' };
  expect(program).toEqual({
    mode: 'faulty',
    steps: [
      {
        kind: 'write',
        ...plain,
        session: 'A',
        pop: 'EDI',
        changes: [{ kind: 'put', key: 'x', condition: 'seen' }],
      },
      { kind: 'wait', ms: 200 },
      {
        kind: 'write',
        ...plain,
        session: 'B',
        changes: [
          { kind: 'patch', key: 'y', condition: 'none' },
          { kind: 'delete', key: 'z', condition: 'none' },
        ],
        fault: 'reply-lost',
      },
      { kind: 'read', ...plain, session: 'C', of: 'all', how: 'plain' },
      { kind: 'read', ...plain, session: 'A', of: 'x', how: 'if-changed' },
      { kind: 'read', ...plain, session: 'B', of: 'all', how: 'pages' },
    ],
  });
});

test.each([
  ['gale: A put x', '"gale"'],
  ['plain: D put x', '"D"'],
  ['plain: A read w', '"w"'],
  ['plain: A put x@fresh', '"fresh"'],
  ['plain: A read x !reply-lost', '"reply-lost"'],
  ['plain: A put x in AMS', '"AMS"'],
  ['plain: A rename x', '"rename"'],
])('%s is refused', (text, word) => {
  expect(() => parseProgram(text)).toThrow(`${word} is none of`);
});
