import { describe, expect, test } from 'vitest';
import { system } from '../../../reference-worker/shared-shards/system.ts';
import { mutationsOf } from '../../../reference-worker/target/index.ts';
import { readEquivalents } from './equivalents.ts';
import { mutantsIn, mutantsOf } from './mutants.ts';
import { OPERATORS } from './operators.ts';
import { syntaxPlacesIn } from './syntax.ts';

/** What an operator makes of a source of one line. */
const madeBy = (operator: string, source: string): string[] =>
  mutantsIn('worker.ts', source)
    .filter((mutant) => mutant.operator === operator)
    .map(({ text }) => text);

describe('an operator', () => {
  test.each<[operator: string, source: string, ...made: string[]]>([
    ['arithmetic', 'f(a + b);', 'f(a - b);'],
    ['await', 'f(await a());', 'f(a());'],
    ['boundary', 'f(a < b);', 'f(a <= b);'],
    ['boundary', 'const MAX_ITEMS = 100;', 'const MAX_ITEMS = 101;', 'const MAX_ITEMS = 99;'],
    ['boundary', 'const LIMIT_MS = 100;', 'const LIMIT_MS = 1000;', 'const LIMIT_MS = 10;'],
    ['call', 'f(a.trim());', 'f(a);'],
    ['call', 'f(a.some(b));', 'f(a.every(b));'],
    ['call', 'f(z.string().max(9));', 'f(z.string());'],
    [
      'catch',
      'try { a(); } catch (e) { b(); }',
      'try { a(); } catch {}',
      'try { a(); } catch (e) { throw e; }',
    ],
    ['comparison', 'f(a === b);', 'f(a !== b);'],
    ['comparison', 'f(!a);', 'f(a);'],
    ['condition', 'if (a) b();', 'if (true) b();', 'if (false) b();'],
    ['condition', 'if (a && b) c();', 'if (false) c();'],
    ['condition', 'while (a) b();', 'while (false) b();'],
    ['directive', "h('private, no-store');", "h('no-store');", "h('private');"],
    ['literal', "h('vary', true);", "h('', true);", "h('vary', false);"],
    ['logical', 'f(a && b);', 'f(a || b);', 'f(a);', 'f(b);'],
    ['logical', 'f(a ?? b);', 'f(a);', 'f(b);'],
    ['optional', 'f(a?.b);', 'f(a.b);'],
    ['order', '{ a(); b(); }', '{ b();\na(); }'],
    ['property', 'f({ a, ...b });', 'f({ ...b });', 'f({ a });'],
    ['property', 'f({ ...a, b: 1 });', 'f({ ...a });', 'f({ b: 1, ...a });', 'f({ b: 1 });'],
    ['regex', 'f(/^a$/i);', 'f(/a$/i);', 'f(/^a/i);', 'f(/^a$/);'],
    ['return', 'function f() { return a; }', 'function f() { return undefined; }'],
    ['return', 'const f = () => a();', 'const f = () => undefined;'],
    ['scope', 'f([a, b]);', 'f([b]);', 'f([a]);'],
    ['scope', 'f(`v1:$' + '{a}:$' + '{b}`);', 'f(`v1::$' + '{b}`);', 'f(`v1:$' + '{a}:`);'],
    ['statement', 'a();', '{}'],
    ['status', 'f(404);', 'f(403);'],
  ])('%s makes of %j what it should, and nothing else', (operator, source, ...made) => {
    expect(madeBy(operator, source).toSorted()).toEqual(made.toSorted());
  });

  test.each([
    ["f('Sentences are for people.');"],
    ['type A = 1 | "two"; interface B { c: 3 }'],
    ["import { a } from './a.ts';"],
    ["console.warn(JSON.stringify({ a: a + 1 }), a && b, 'word');"],
    ["setMetric(c, 'kv', performance.now() - startMs);"],
  ])('leaves %s alone', (source) => {
    const made = mutantsIn('worker.ts', `${source}\n`).filter(({ operator }) => operator !== 'statement');

    expect(made).toEqual([]);
  });
});

test('two values that are set under two names are not swapped, and two that are set under one are', () => {
  expect(madeBy('order', "{ set('a', x); set('b', y); }")).toEqual([]);
  expect(madeBy('order', "{ set('a', x); set('a', y); }")).toHaveLength(1);
});

describe('SQL', () => {
  const statement = "const s = 'SELECT a FROM t WHERE t.account = ?1 AND deleted = 0 ORDER BY a LIMIT ?2';";

  test.each([
    ['a predicate that lets everything through', '(t.account = ?1 OR 1 = 1)'],
    ['an OR for an AND', 't.account = ?1 OR deleted = 0'],
    ['tombstones', 'deleted = 1'],
    ['no order', 'deleted = 0 LIMIT'],
    ['the other order', 'ORDER BY a DESC'],
    ['one row more', 'LIMIT ?2 + 1'],
  ])('gets %s', (_, part) => {
    expect(madeBy('sql', statement).filter((text) => text.includes(part))).toHaveLength(1);
  });

  test('in an assignment loses the assignment, not a condition', () => {
    const made = madeBy('sql', "const s = 'UPDATE t SET body = ?2, deleted = 0 WHERE id = ?1';");

    expect(made).toContain("const s = 'UPDATE t SET body = ?2 WHERE id = ?1';");
    expect(made.filter((text) => text.includes('(deleted'))).toEqual([]);
  });

  test('that is put together from parts is changed too', () => {
    expect(madeBy('sql', 'where.push(`$' + '{column} >= $' + '{bind(a)}`);')).toEqual([
      'where.push(`$' + '{column} > $' + '{bind(a)}`);',
    ]);
  });
});

describe('the mutants of the reference Worker', () => {
  const mutants = mutantsOf(mutationsOf(system).worker.folder);

  test('are many, each with an id of its own and a change, and each can be read', () => {
    expect(mutants.length).toBeGreaterThan(1_000);
    expect(new Set(mutants.map(({ id }) => id)).size).toBe(mutants.length);
    expect(mutants.filter(({ change }) => change === '')).toEqual([]);
    for (const { file, text } of mutants) syntaxPlacesIn(file, text);
  });

  test('are made by every operator', () => {
    expect(new Set(mutants.map(({ operator }) => operator))).toEqual(new Set(Object.keys(OPERATORS)));
  });

  test('that are listed as equivalent are among them, and at most 8 %', () => {
    const equivalents = readEquivalents(mutationsOf(system).folder, mutants);

    expect(equivalents.size).toBeLessThanOrEqual(0.08 * mutants.length);
  });
});
