import { describe, expect, test } from 'vitest';
import { mutantsIn } from './mutants.ts';
import { COMPARED, REACHED, withProbes } from './probes.ts';

/** Evaluates an expression behind a source with probes. @returns its value, and the changes that were felt, in their order */
function felt(
  source: string,
  expression: string,
): { readonly value: unknown; readonly changes: readonly string[] } {
  const mutants = mutantsIn('worker.ts', source);
  const { sources, everywhere } = withProbes(new Map([['worker.ts', source]]), mutants);
  const numbers = new Set<number>(everywhere);
  const reached = (...some: number[]): void => {
    for (const number of some) numbers.add(number);
  };
  const compared = (value: unknown, number: number, mutant: () => unknown): unknown => {
    if (!Object.is(value, mutant())) numbers.add(number);
    return value;
  };
  const value: unknown = new Function(
    ...[REACHED, COMPARED, `${sources.get('worker.ts')}\nreturn ${expression};`],
  )(reached, compared);
  const changes = [...numbers]
    .toSorted((a, b) => a - b)
    .map((number) => mutants[number]?.change.split(' + ')[1] ?? '');
  return { value, changes };
}

describe('probes', () => {
  test('tell of a boundary only where a request stands on it', () => {
    const at = (limit: number): readonly string[] =>
      felt(`const f = (n) => { return n < 5 ? 'less' : 'more'; };`, `f(${limit})`).changes;

    expect(at(3).some((change) => change.includes('n <= 5'))).toBe(false);
    expect(at(5).some((change) => change.includes('n <= 5'))).toBe(true);
  });

  test('tell of a condition only where it is otherwise', () => {
    const { changes } = felt('const f = (a) => { if (a) return 1; return 2; };', 'f(7)');

    expect(changes.some((change) => change.includes('if (false)'))).toBe(true);
    expect(changes.some((change) => change.includes('if (true)'))).toBe(false);
  });

  test('tell of what has effects as soon as it is reached, and leave the effects as they are', () => {
    const source =
      'const seen = [];\nconst f = (a) => { if (a) { seen.push(a); g(); } };\nconst g = () => seen.push(0);\n';

    expect(felt(source, '(f(0), seen)').changes.filter((change) => change.includes('{}'))).toEqual([]);
    const { value, changes } = felt(source, '(f(1), seen)');
    expect(value).toEqual([1, 0]);
    expect(changes.filter((change) => change.includes('{}')).length).toBeGreaterThan(0);
  });

  test('tell of a constant where a function uses it, through whatever constants', () => {
    const source =
      'const LIMIT = 5;\nconst RULE = [LIMIT, 0];\nconst f = (a) => { return a && RULE; };\nconst g = () => { return f; };\n';
    const ofLimit = ({ changes }: ReturnType<typeof felt>): boolean =>
      changes.some((change) => change.startsWith('const LIMIT'));

    expect(ofLimit(felt(source, 'g()'))).toBe(false);
    expect(ofLimit(felt(source, 'f(1)'))).toBe(true);
  });

  test('take what nothing but the entry point uses for felt everywhere', () => {
    expect(felt('const app = [true];\n', '1').changes).toContain('const app = [false];');
  });
});
