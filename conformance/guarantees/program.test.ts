import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SESSIONS } from '../programs/index.ts';
import { MOST_STEPS, REGISTERS, type RegisterProgram, registerPrograms, registersOf } from './program.ts';

const inOrderOfUse = (program: RegisterProgram) => ({
  sessions: new Set(program.flatMap((step) => (step.kind === 'wait' ? [] : [step.session]))),
  registers: new Set(program.flatMap(registersOf)),
});

test('programs name sessions and registers in the order of their use', () => {
  fc.assert(
    fc.property(registerPrograms, (program) => {
      const { sessions, registers } = inOrderOfUse(program);

      expect([...sessions]).toEqual(SESSIONS.slice(0, sessions.size));
      expect([...registers]).toEqual(REGISTERS.slice(0, registers.size));
    }),
  );
});

test('a program can be shrunk anew', () => {
  fc.assert(fc.property(registerPrograms, (program) => registerPrograms.canShrinkWithoutContext(program)));
});

test('programs do everything, everywhere', () => {
  const drawn = fc.sample(registerPrograms, { seed: 1, numRuns: 100 });

  const steps = drawn.flat().map((step) => {
    if (step.kind === 'wait') return `wait ${step.ms}`;
    return `${step.session} ${step.kind} ${registersOf(step).join('+')} ${step.pop}`;
  });
  expect(new Set(steps).size).toBe(3 * 3 * (2 + 3) + 3);
  expect(Math.max(...drawn.map(({ length }) => length))).toBeGreaterThan(MOST_STEPS * 0.9);
});
