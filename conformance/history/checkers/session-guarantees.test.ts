import { describe, expect, test } from 'vitest';
import type { RecordedHistory, RecordedOperation } from '../history.ts';
import { GUARANTEES } from '../index.ts';
import { historyOf } from '../notation.testing.ts';

const OF_SESSIONS = [
  'read-your-writes',
  'monotonic-reads',
  'monotonic-writes',
  'writes-follow-reads',
  'causal-order',
];

const broken = (text: string): string[] =>
  GUARANTEES.filter(({ id, check }) => OF_SESSIONS.includes(id) && check(historyOf(text))).map(
    ({ id }) => id,
  );

const argument = (id: string, history: RecordedHistory) => {
  const { operations, ...why } = GUARANTEES.find((each) => each.id === id)?.check(history) ?? {};
  return { ...why, at: operations?.map((operation) => history.operations.indexOf(operation)) };
};

describe('the guarantees of a session', () => {
  test.each([
    ['nothing', ''],
    ['one client that sees what it wrote', 'A w x1\nA r x1 y0\nA w x2\nA r x2'],
    ['two clients in the order of real time', 'A w x1\nB r x1\nB w y1\nA r x1 y1'],
    ['a write of another client that is missed', 'A w x1\nB r x0'],
    ['a write to another key', 'A w x1\nA r y0'],
    ['a write after the read', 'A r x0\nA w x1'],
    ['a write that may not have happened', 'A w? x\nA r x0'],
    ['a refused write', 'A w! x\nA r x0'],
    ['a deletion that the client may have seen', 'A w x1\nB d x2\nA r x0'],
    ['a deletion of unknown outcome', 'A w x1\nB d? x\nA r x0\nA r x0'],
    ['a delete that is under way', 'A w x1\nA r x0 ~1\nB d x2'],
    ['a deletion of a late version that came early', 'B d x2\nC d x5\nA w x4\nA r x0\nD d x3'],
    ['a deleted document that is put again', 'A w x1\nA d x2\nA r x0\nB w x3\nA r x3\nA r x3'],
  ])('accept %s', (_, text) => {
    expect(broken(text)).toEqual([]);
  });

  test.each([
    // Terry et al. 1994, section 3.1: the password that was changed a moment ago.
    ['a read that misses what its client wrote', 'A w x1\nA r x0', ['read-your-writes', 'causal-order']],
    ['a page that misses one of two', 'A w x1\nA w y1\nA r x1 y0', ['read-your-writes', 'causal-order']],
    // Section 3.2: the appointment that was there.
    ['a read that goes back', 'A w x1\nB r x1\nB r x0', ['monotonic-reads', 'causal-order']],
    [
      'a page that goes back in one key',
      'A w x1\nC w y1\nB r x1\nB r x0 y1',
      ['monotonic-reads', 'causal-order'],
    ],
    // Section 3.4: the text editor that keeps a version.
    ['a second write without the first', 'A w x1\nA w y1\nB r x0 y1', ['monotonic-writes', 'causal-order']],
    ['writes of one client in the wrong order', 'A w x2\nA w x1', ['monotonic-writes', 'causal-order']],
    // Section 3.3: the answer without the question.
    [
      'an effect without its cause',
      'A w x1\nB r x1\nB w y1\nC r x0 y1',
      ['writes-follow-reads', 'causal-order'],
    ],
    [
      'a write older than what its client had seen',
      'A w x2\nB r x2\nB w x1',
      ['writes-follow-reads', 'causal-order'],
    ],
    [
      'an effect in one read, and no cause in the next',
      'A w x1\nB r x1\nB w y1\nC r y1\nC r x0',
      ['causal-order'],
    ],
    [
      'a cause that was read from the future',
      'A r x1\nA w y1\nB w z1\nB w x1\nC r y1\nC r z0',
      ['causal-order'],
    ],
    [
      'a document that comes back after its deletion was seen',
      'A w x1\nB d x2\nA r x0\nA r x1',
      ['causal-order'],
    ],
    [
      'the second of two writes of one version, without what came before it',
      'C w x1=a\nA w z1\nA w x1=b\nB r x1=a z0',
      ['monotonic-writes', 'causal-order'],
    ],
    [
      'a version that began before the one before it, without what that followed',
      'B w x2 ~4\nA w z1\nA w x1\nC r x2 z0',
      ['monotonic-writes', 'causal-order'],
    ],
    [
      'a second write that began when the first was answered, without the first',
      'A w x1 ~1\nA w y1\nB r x0 y1',
      ['monotonic-writes', 'causal-order'],
    ],
    [
      'what is older than the only deletion by then',
      'A w x1\nB d x5\nA r x0\nA r x3\nC d x2',
      ['causal-order'],
    ],
    ['what lacks a write that was told no version', 'A w x\nA r x0', ['read-your-writes', 'causal-order']],
    [
      'what was there before a deletion that was told no version',
      'A w x1\nA d x\nA r x1',
      ['read-your-writes', 'causal-order'],
    ],
    ['what comes back after a lost deletion was seen', 'A w x1\nB d? x\nA r x0\nA r x1', ['causal-order']],
    [
      'what a session saw, then missed for a lost deletion, and saw again',
      'A w x1\nB r x1\nA d? x\nB r x0\nB r x1',
      ['monotonic-reads', 'causal-order'],
    ],
    ['an observation that comes back', 'A r x1\nB d x2\nA r x0\nA r x1', ['monotonic-reads', 'causal-order']],
    [
      'a deletion too old to explain what is missing',
      'A d x2\nA w x3\nA r x0',
      ['read-your-writes', 'causal-order'],
    ],
    ['a delete that came after the read', 'A w x1\nA r x0\nB d x2', ['read-your-writes', 'causal-order']],
    [
      'an effect that was seen to have happened, without its cause',
      'A w x1\nA w? y\nB r x0 y1=y@1',
      ['monotonic-writes', 'causal-order'],
    ],
    [
      'a batch without what came before it',
      'A w x1\nA w y1 z1\nB r x0 z1',
      ['monotonic-writes', 'causal-order'],
    ],
  ])('refuse %s, and only what it breaks', (_, text, ids) => {
    expect(broken(text)).toEqual(ids);
  });

  test('need sessions that wait for their answers', () => {
    const history = historyOf('A w x1 ~2\nA w y1');

    expect(() => argument('causal-order', history)).toThrow('session A began operation 1 before');
  });
});

describe('the argument', () => {
  test.each([
    [
      'read-your-writes',
      'A w x1\nA w x2\nB r x0\nA r x1',
      [1, 3],
      'Because A wrote x at version 2, what A reads later must show x at version 2 or newer.',
      'However, A saw x at version 1.',
    ],
    [
      'monotonic-reads',
      'A w x1\nB r x1 y0\nB r x0 y0',
      [1, 2],
      'Because B saw x at version 1 and no y, what B reads later must show x at version 1 or newer.',
      'However, B saw no x and no y.',
    ],
    [
      'monotonic-reads',
      'B r x1\nA d x2\nB r x0\nC r x2\nB r x1',
      [0, 1, 2, 4],
      'Because B saw x deleted at version 2, what B reads later must show x deleted at version 2 or newer.',
      'However, B saw x at version 1.',
    ],
    [
      'monotonic-writes',
      'A w x1\nA w y1\nB r y1\nB r x0 y1',
      [0, 1, 3],
      'Because A wrote x at version 1 before it wrote y at version 1, whatever includes y at version 1 must include x at version 1.',
      'However, B saw no x and y at version 1.',
    ],
    [
      'writes-follow-reads',
      'A w x1\nB r x1\nB w y1\nC r x0 y1',
      [1, 2, 3],
      'Because B saw x at version 1 before it wrote y at version 1, whatever includes y at version 1 must include x at version 1.',
      'However, C saw no x and y at version 1.',
    ],
    [
      'causal-order',
      'A w x1\nB r x1\nB w y1\nC r y1\nC r x0',
      [1, 2, 3, 4],
      'Because B saw x at version 1 before it wrote y at version 1, and C saw y at version 1, what C reads later must show x at version 1 or newer.',
      'However, C saw no x.',
    ],
    [
      'causal-order',
      'A w x2\nB r x2\nB w x1',
      [1, 2],
      'Because B saw x at version 2, what B writes later must include x at version 2 or newer.',
      'However, B wrote x at version 1.',
    ],
  ])('for %s names the operations and says why', (id, text, at, because, however) => {
    const history = historyOf(text);

    expect(argument(id, history)).toEqual({ at, because, however });
  });

  test('follows causes through other sessions and through the versions of a key', () => {
    const history = historyOf('A w x1\nA w y1\nB w y2\nB w z1\nC r x0 z1');

    expect(argument('monotonic-writes', history)).toEqual({
      at: [0, 1, 2, 3, 4],
      because:
        'Because A wrote x at version 1 before it wrote y at version 1, and B wrote y at version 2 before it wrote z ' +
        'at version 1, whatever includes z at version 1 must include x at version 1.',
      however: 'However, C saw no x and z at version 1.',
    });
  });

  test('is the first one in time', () => {
    const history = historyOf('A w x1\nB w y1\nB r y0\nA r x0');

    expect(argument('read-your-writes', history).at).toEqual([1, 2]);
  });

  test('take time in proportion where everything happens at once, and still see what is wrong', () => {
    const count = 30_000;
    const newest = new Map<string, number>();
    const operations = Array.from({ length: count }, (_, nth): RecordedOperation => {
      const key = `k${nth % 50}`;
      const version = newest.get(key) ?? 0;
      const at = { session: `s${nth % 4}`, pop: 'LHR', invoked: 5, completed: 5 };
      if (nth % 3 === 0) return { ...at, kind: 'read', seen: [{ key, version }] };
      newest.set(key, version + 1);
      const effects = [{ kind: 'put' as const, key, value: `v${nth}`, version: version + 1 }];
      return { ...at, kind: 'write', outcome: 'ok', effects };
    });
    const stale: RecordedOperation = {
      kind: 'read',
      session: 'reader',
      pop: 'LHR',
      invoked: 5,
      completed: 5,
      // The write that made the newest version of k1 followed writes of k0 by the same session.
      seen: [
        { key: 'k49', version: newest.get('k49') ?? 0 },
        ...Array.from({ length: 49 }, (_, key) => ({ key: `k${key}`, version: 0 })),
      ],
    };
    const ids = (history: RecordedHistory): string[] =>
      GUARANTEES.filter(({ check }) => check(history) !== undefined).map(({ id }) => id);

    expect(ids({ operations })).toEqual([]);
    expect(ids({ operations: [...operations, stale] })).toEqual([
      'monotonic-writes',
      'writes-follow-reads',
      'causal-order',
    ]);
  });
});
