import { expect, test } from 'vitest';
import { programOf } from './notation.ts';

test('a program is read from its steps', () => {
  const program = programOf(
    'storm: A put x@seen in EDI; wait 200; B patch y + delete z !reply-lost; C read all',
  );

  const plain = { pop: 'LHR', mishap: 'none' };
  expect(program).toEqual({
    weather: 'storm',
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
        mishap: 'reply-lost',
      },
      { kind: 'read', ...plain, session: 'C', of: 'all' },
    ],
  });
});

test.each([
  ['gale: A put x', '"gale"'],
  ['calm: D put x', '"D"'],
  ['calm: A read w', '"w"'],
  ['calm: A put x@fresh', '"fresh"'],
  ['calm: A read x !reply-lost', '"reply-lost"'],
  ['calm: A put x in AMS', '"AMS"'],
  ['calm: A rename x', '"rename"'],
])('%s is refused', (text, word) => {
  expect(() => programOf(text)).toThrow(`${word} is none of`);
});
