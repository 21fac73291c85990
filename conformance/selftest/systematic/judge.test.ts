import { describe, expect, test, vi } from 'vitest';
import { judgeFates } from './judge.ts';
import { mutantsIn } from './mutants.ts';
import type { Fate } from './run-mutant.ts';
import type { MutantFate } from './sensitivity.ts';

const mutants = mutantsIn(
  'worker.ts',
  Array.from({ length: 60 }, (_, index) => `f(${index} === g());`).join('\n'),
);
const killed: Fate = { fate: 'killed', check: 'cache/one', claim: 'It does not hold.' };
const survived: Fate = { fate: 'survived', noticed: [] };
/** So many mutants, the first of which survived. */
const fatesOf = (count: number, alive: number): readonly MutantFate[] =>
  mutants
    .slice(0, count)
    .map((mutant, index) => ({ mutant, fate: index < alive ? survived : killed, isEquivalent: false }));

describe('the verdict on the mutants', () => {
  test.each([
    ['all', 60, 3, 'PASS'],
    ['all', 60, 4, 'FAIL'],
    ['sample', 60, 4, 'PASS'],
    ['sample', 60, 9, 'PASS'],
    ['sample', 60, 10, 'FAIL'],
    ['by name', 60, 60, 'PASS'],
    ['sample', 0, 0, 'VOID'],
  ] as const)('of %s, %i of them and %i alive, is %s', (drawn, count, alive, outcome) => {
    expect(mutants.length).toBeGreaterThanOrEqual(60);

    expect(judgeFates(fatesOf(count, alive), drawn).outcome).toBe(outcome);
  });

  test('is FAIL where one was killed that is listed as equivalent', () => {
    const [first, ...others] = fatesOf(60, 0).map((each, index) => ({ ...each, isEquivalent: index === 0 }));

    const { outcome, reasons } = judgeFates(first ? [first, ...others] : [], 'sample');

    expect(outcome).toBe('FAIL');
    expect(reasons).toEqual([`${first?.mutant.id} is listed as equivalent, and was killed.`]);
  });

  test('comes with the survivors, and for all of them with the figures', () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);

    const { section } = judgeFates(fatesOf(60, 1), 'all');

    expect(log.mock.calls.flat().join('\n')).toContain(`SURVIVED ${mutants[0]?.id}`);
    expect(section).toContain('| all | 59 | 1 | 0 | 98.3 % |');
    expect(judgeFates(fatesOf(60, 1), 'sample').section).toBe('');
    log.mockRestore();
  });
});
