import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HOLDS } from './brute-force.testing.ts';
import { GUARANTEES } from './guarantees.ts';
import type { Operation } from './history.ts';
import { historyOf } from './notation.testing.ts';

const broken = (text: string): string[] =>
  GUARANTEES.filter(({ check }) => check(historyOf(text))).map(({ name }) => name);

const argument = (name: string, text: string) =>
  GUARANTEES.find((guarantee) => guarantee.name === name)?.check(historyOf(text));

describe('every guarantee', () => {
  test.each([
    ['nothing', ''],
    ['one client that sees what it wrote', 'A w x1\nA r x1 y0\nA w x2\nA r x2'],
    ['two clients in the order of real time', 'A w x1\nB r x1\nB w y1\nA r x1 y1'],
    ['a slow read that may see the write beside it', 'A r x0 ~1\nB w x1\nB r x1'],
    ['a slow write that others see before it is acknowledged', 'A w x1 ~2\nB r x1\nC r x1'],
  ])('accepts %s', (_, text) => {
    expect(broken(text)).toEqual([]);
  });

  test.each([
    ['a read that misses what its client wrote', 'A w x1\nA r x0', ['read your writes', 'linearizability']],
    [
      'a page that misses one of two writes',
      'A w x1\nA w y1\nA r x1 y0',
      ['read your writes', 'linearizability'],
    ],
    ['a read that goes back', 'A w x1 ~2\nB r x1\nB r x0', ['monotonic reads', 'linearizability']],
    [
      'a page that goes back in one key',
      'A w x1 ~3\nC w y1 ~2\nB r x1\nB r x0 y1',
      ['monotonic reads', 'linearizability'],
    ],
    [
      'a second write that shows without the first',
      'A w x1\nA w y1 ~1\nB r x0 y1',
      ['monotonic writes', 'linearizability'],
    ],
    ['writes of one client in the wrong order', 'A w x2\nA w x1', ['monotonic writes', 'linearizability']],
    [
      'an effect that shows without its cause',
      'A w x1 ~3\nB r x1\nB w y1\nC r x0 y1',
      ['writes follow reads', 'linearizability'],
    ],
    [
      'a write older than what its client had seen',
      'A w x2 ~2\nB r x2\nB w x1',
      ['writes follow reads', 'linearizability'],
    ],
    ['a read that misses what another client has finished', 'A w x1\nB r x0', ['linearizability']],
    ['a read from the future', 'A r x1\nB w x1', ['linearizability']],
  ])('refuses %s, and only what it breaks', (_, text, names) => {
    expect(broken(text)).toEqual(names);
  });
});

describe('a session guarantee', () => {
  test.each([
    ['a write of another client', 'A w x1\nB r x0'],
    ['a write to another key', 'A w x1\nA r y0'],
    ['a write after the read', 'A r x0\nA w x1'],
    ['a write that may not have happened', 'A w x?\nA r x0'],
    ['two reads that disagree, which is for monotonic reads to judge', 'A w x1\nA w y1\nB r y1\nC r x0'],
  ])('does not mind %s', (_, text) => {
    expect(broken(text).filter((name) => name !== 'linearizability')).toEqual([]);
  });

  test('follows causes through other sessions and through the versions of a key', () => {
    const text = 'A w x1 ~9\nA w y1 ~8\nB w y2 ~7\nB w z1 ~6\nC r x0 z1';

    const witness = argument('monotonic writes', text);

    expect(witness?.operations).toEqual(historyOf(text));
    expect(witness?.why).toBe(
      'Because A wrote x at version 1 before it wrote y at version 1, and B wrote y at version 2 before it wrote z ' +
        'at version 1, whatever includes z at version 1 must include x at version 1; however, C saw no x and z at version 1.',
    );
  });
});

describe('the argument', () => {
  test.each([
    [
      'read your writes',
      'A w x1\nA w x2\nB r x0\nA r x1',
      [1, 3],
      'Because A wrote x at version 2, what A reads later must show x at version 2 or newer; however, A saw x at version 1.',
    ],
    [
      'monotonic reads',
      'A w x1\nB r x1 y0\nB r x0 y0',
      [1, 2],
      'Because B saw x at version 1 and no y, what B reads later must show x at version 1 or newer; however, B saw no x and no y.',
    ],
    [
      'monotonic writes',
      'A w x1\nA w y1\nB r y1\nB r x0 y1',
      [0, 1, 3],
      'Because A wrote x at version 1 before it wrote y at version 1, whatever includes y at version 1 must include x at version 1; however, B saw no x and y at version 1.',
    ],
    [
      'writes follow reads',
      'A w x1\nB r x1\nB w y1\nC r x0 y1',
      [1, 2, 3],
      'Because B saw x at version 1 before it wrote y at version 1, whatever includes y at version 1 must include x at version 1; however, C saw no x and y at version 1.',
    ],
    [
      'linearizability',
      'A w x1\nB r x0',
      [0, 1],
      'Because A wrote x at version 1, what is read afterwards must show x at version 1 or newer; however, B saw no x.',
    ],
    [
      'linearizability',
      'A r x1\nB w x1',
      [0, 1],
      'Because A saw x at version 1, what is written afterwards must be newer than x at version 1; however, B wrote x at version 1.',
    ],
  ])('for %s names the operations and says why', (name, text, operations, why) => {
    const history = historyOf(text);

    expect(argument(name, text)).toEqual({ operations: operations.map((index) => history[index]), why });
  });
});

describe('against the definition, on every small history', () => {
  const KEYS = ['x', 'y', 'z'];
  const op = fc.record({
    client: fc.constantFrom('A', 'B', 'C'),
    lastingSteps: fc.nat(3),
    isUnknown: fc.nat(9).map((n) => n === 0),
    /** Of each key; a write takes the first one's. */
    versions: fc.uniqueArray(fc.record({ key: fc.constantFrom(...KEYS), version: fc.nat(3) }), {
      minLength: 1,
      maxLength: 3,
      selector: ({ key }) => key,
    }),
    kind: fc.constantFrom('write', 'read'),
  });
  const histories = fc.array(op, { maxLength: 7, size: 'max' }).map((drawn): Operation[] => {
    const taken = new Set<string>();
    return drawn.flatMap(({ client, lastingSteps, isUnknown, versions, kind }, invoked): Operation[] => {
      const next = drawn.findIndex((other, index) => index > invoked && other.client === client);
      const completed = Math.min(invoked + lastingSteps, next < 0 ? drawn.length : next - 1);
      const invocation = { client, pop: 'LHR', invoked, completed } as const;
      if (kind === 'read')
        return [
          { kind: 'read', ...invocation, seen: versions.map((each) => ({ ...each, from: 'WEUR replica' })) },
        ];
      const { key = '', version = 0 } = versions[0] ?? {};
      // The database numbers versions from 1, each once.
      if (version === 0 || taken.has(`${key}${version}`)) return [];
      taken.add(`${key}${version}`);
      return [{ kind: 'write', ...invocation, key, version: isUnknown ? undefined : version }];
    });
  });

  test.each(GUARANTEES.map(({ name, check }) => [name, check] as const))('%s', (name, check) => {
    let held = 0;
    let violated = 0;

    fc.assert(
      fc.property(histories, (operations) => {
        const holds = HOLDS[name]?.(operations);
        if (holds) held += 1;
        else violated += 1;
        expect(check(operations) === undefined).toBe(holds);
      }),
      { numRuns: 5_000, seed: 1 },
    );

    expect(Math.min(held, violated)).toBeGreaterThan(100);
  });
});
