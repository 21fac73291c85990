import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readEquivalents } from './equivalents.ts';
import { openFates } from './fates.ts';
import { mutantsIn } from './mutants.ts';
import type { Fate } from './run-mutant.ts';
import { isTooFew, killShareOf, tallyBy, tallyOf } from './sensitivity.ts';

const mutants = mutantsIn('worker.ts', 'f(a && b);\nf(c < d);\n');
const killed: Fate = { fate: 'killed', check: 'cache/one', claim: 'It does not hold.' };
const survived: Fate = { fate: 'survived', noticed: [] };
const invalid: Fate = { fate: 'invalid', stage: 'types', reason: 'TS2322: no.' };

describe('the sensitivity', () => {
  const fates = [killed, killed, survived, invalid, killed];
  const judged = mutants
    .slice(0, 5)
    .map((mutant, index) => ({ mutant, fate: fates[index] ?? invalid, isEquivalent: index === 4 }));

  test('counts neither invalid nor equivalent mutants', () => {
    const all = tallyOf('all', judged);

    expect(all).toEqual({
      name: 'all',
      killed: 2,
      survived: 1,
      open: 0,
      equivalent: 1,
      untyped: 1,
      unanswering: 0,
    });
    expect(killShareOf(all)).toBeCloseTo(2 / 3);
  });

  test('counts what is open as if it survived', () => {
    const open = judged.map((each) => ({
      ...each,
      fate: each.fate === survived ? ({ fate: 'open' } as const) : each.fate,
    }));

    expect(tallyOf('all', open)).toMatchObject({ killed: 2, survived: 0, open: 1 });
    expect(killShareOf(tallyOf('all', open))).toBeCloseTo(2 / 3);
  });

  test('is unknown where there was nothing to kill', () => {
    expect(killShareOf(tallyOf('all', []))).toBeUndefined();
  });

  test('adds up by operator', () => {
    const counted = tallyBy(judged, 'operator').map(
      ({ killed: a, survived: b, equivalent: c, untyped: d }) => a + b + c + d,
    );

    expect(counted.reduce((sum, each) => sum + each)).toBe(5);
    expect(counted.length).toBeGreaterThan(1);
  });
});

describe('a sample', () => {
  const sampleOf = (killed: number, survived: number) => ({ ...tallyOf('all', []), killed, survived });

  /** The chances of counts of survivors with one more mutant, if one of twenty survives. */
  const withOneMore = (chances: readonly number[]): readonly number[] =>
    [...chances, 0].map((chance, alive) => 0.95 * chance + 0.05 * (chances[alive - 1] ?? 0));

  test('is held against checks that kill 95 % less often than one time in a thousand, and as often as that allows', () => {
    let chances: readonly number[] = [1];
    for (let drawn = 1; drawn <= 300; drawn += 1) {
      chances = withOneMore(chances);
      const isHeld = (alive: number): boolean => isTooFew(sampleOf(drawn - alive, alive));
      const first = chances.findIndex((_, alive) => isHeld(alive));
      const from = (alive: number): number => chances.slice(alive).reduce((sum, each) => sum + each, 0);

      if (first >= 0) expect(from(first)).toBeLessThan(0.001);
      expect(from(first >= 0 ? first - 1 : drawn)).toBeGreaterThanOrEqual(0.001);
      expect(chances.every((_, alive) => isHeld(alive) === (first >= 0 && alive >= first))).toBe(true);
    }
  });

  test.each([
    [0, 0, false],
    [57, 3, false],
    [51, 9, false],
    [50, 10, true],
    [1_520, 80, false],
    [1_490, 110, true],
  ])('with %i killed and %i alive is held against the checks: %s', (killed, survived, isHeld) => {
    expect(isTooFew(sampleOf(killed, survived))).toBe(isHeld);
  });

  test('is not held against the checks for what is open', () => {
    expect(isTooFew({ ...sampleOf(50, 0), open: 50 })).toBe(false);
  });
});

describe('fates', () => {
  const fileOf = (): string => join(mkdtempSync(join(tmpdir(), 'fates-')), 'state.jsonl');

  test('are known again by the next run', () => {
    const file = fileOf();
    openFates(file).add('worker.ts#f/sql/1', killed);

    expect(openFates(file).known).toEqual(new Map([['worker.ts#f/sql/1', killed]]));
  });

  test('of another state tell which check is the likeliest to kill a mutant again', () => {
    const file = fileOf();
    openFates(file).add('worker.ts#f/sql/1', killed);

    const later = openFates(join(file, '..', 'later.jsonl'));

    expect([...later.known]).toEqual([]);
    expect([...later.killers]).toEqual([['worker.ts#f/sql/1', 'cache/one']]);
  });

  test('of which a killed run left half a line are known but for that one', () => {
    const file = fileOf();
    openFates(file).add('worker.ts#f/sql/1', survived);
    writeFileSync(file, `${readFileSync(file, 'utf8')}{"mutant":"worker.ts#f/s`);

    const again = openFates(file);
    again.add('worker.ts#f/sql/2', invalid);

    expect([...again.known.keys()]).toEqual(['worker.ts#f/sql/1', 'worker.ts#f/sql/2']);
    expect([...openFates(file).known.keys()]).toEqual(['worker.ts#f/sql/1', 'worker.ts#f/sql/2']);
  });
});

describe('an equivalent', () => {
  const [mutant] = mutants;
  function listOf(entry: object): string {
    const folder = mkdtempSync(join(tmpdir(), 'equivalents-'));
    writeFileSync(join(folder, 'equivalents.json'), JSON.stringify([entry]));
    return folder;
  }
  const entry = {
    mutant: mutant?.id,
    change: mutant?.change,
    because: 'Both are always true together here.',
  };

  test('is named with its change and a reason', () => {
    expect(readEquivalents(listOf(entry), mutants)).toEqual(new Set([mutant?.id]));
  });

  test.each([
    ['is no mutant any more', { ...entry, mutant: 'worker.ts#g/sql/1' }, 'no mutant any more'],
    ['is another change now', { ...entry, change: '- f(a); + f(b);' }, 'Read it again'],
    ['has no reason', { ...entry, because: 'Fine.' }, 'must be a sentence'],
  ])('that %s is refused', (_, wrong, message) => {
    expect(() => readEquivalents(listOf(wrong), mutants)).toThrow(message);
  });
});
