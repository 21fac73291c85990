import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CLIENTS, KEYS, keysOf, LONGEST_PROGRAM, type Program, programs } from './program.ts';

const inOrderOfUse = (program: Program) => ({
  clients: new Set(program.flatMap((step) => (step.kind === 'wait' ? [] : [step.client]))),
  keys: new Set(program.flatMap((step) => keysOf(step))),
});

test('programs name clients and keys in the order of their use', () => {
  fc.assert(
    fc.property(programs, (program) => {
      const { clients, keys } = inOrderOfUse(program);

      expect([...clients]).toEqual(CLIENTS.slice(0, clients.size));
      expect([...keys]).toEqual(KEYS.slice(0, keys.size));
    }),
  );
});

test('a program can be shrunk anew', () => {
  fc.assert(fc.property(programs, (program) => programs.canShrinkWithoutContext(program)));
});

test('programs do everything, everywhere', () => {
  const drawn = fc.sample(programs, { seed: 1, numRuns: 100 });

  const steps = drawn.flat().map((step) => {
    if (step.kind === 'wait') return `wait ${step.ms}`;
    return `${step.client} ${step.kind} ${keysOf(step).join('+')} ${step.pop}`;
  });
  expect(new Set(steps).size).toBe(3 * 3 * (2 + 3) + 3);
  expect(Math.max(...drawn.map(({ length }) => length))).toBeGreaterThan(LONGEST_PROGRAM * 0.9);
});
