import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Program, Step } from './program.ts';
import { LONGEST_PROGRAM, programs } from './random-programs.ts';

const everything = programs(() => true);
const drawn = fc.sample(everything, { seed: 1, numRuns: 400 });

const wordsOf = (step: Step): string[] => {
  if (step.kind === 'wait') return [`wait ${step.ms}`];
  const request = [`${step.session} asks`, `in ${step.pop}`, `meets ${step.fault}`];
  if (step.kind === 'read') return [...request, `read ${step.of}`];
  const changes = step.changes.map(({ kind, key, condition }) => `${kind} ${key} ${condition}`);
  return [...request, `batch of ${step.changes.length}`, ...changes];
};

test('programs do everything, everywhere, in all modes', () => {
  const words = new Set(drawn.flatMap(({ steps }) => steps.flatMap(wordsOf)));
  const modes = new Set(drawn.map(({ mode }) => mode));
  const longest = Math.max(...drawn.map(({ steps }) => steps.length));

  const [waits, sessions, pops, faults, reads, batches] = [5 - 1, 3, 3, 6 + 6 + 1, 3 + 1, 3];
  const changes = 3 * 3 * 3 + 3;
  expect(words.size).toBe(waits + sessions + pops + faults + reads + batches + changes);
  expect([...modes].sort()).toEqual(['busy', 'faulty', 'plain']);
  expect(longest).toBe(LONGEST_PROGRAM);
});

test('a batch changes each document once, and only a faulty program has faults', () => {
  fc.assert(
    fc.property(everything, ({ mode, steps }) => {
      for (const step of steps) {
        if (step.kind === 'write')
          expect(new Set(step.changes.map(({ key }) => key)).size).toBe(step.changes.length);
        if (step.kind !== 'wait' && mode !== 'faulty') expect(step.fault).toBe('none');
      }
    }),
  );
});

test('a program can be shrunk anew', () => {
  fc.assert(fc.property(everything, (program) => everything.canShrinkWithoutContext(program)));
});

test('what the target has no route for is left out', () => {
  const lacking = programs((kind) => !['batch', 'list', 'patch'].includes(kind));

  const words = fc.sample(lacking, { seed: 1, numRuns: 100 }).flatMap(({ steps }) => steps.flatMap(wordsOf));

  expect(words).toContain('batch of 1');
  expect(words.filter((word) => /^(batch of [23]|read all|patch)/.test(word))).toEqual([]);
});

test('a program shrinks to the steps that matter, at their simplest', () => {
  const isLostUpdate = ({ steps }: Program): boolean => {
    const writers = steps.flatMap((step) =>
      step.kind === 'write' && step.changes.some(({ key, kind }) => key === 'x' && kind === 'put')
        ? [step.session]
        : [],
    );
    return new Set(writers).size > 1;
  };

  const found = fc.check(
    fc.property(everything, (program) => !isLostUpdate(program)),
    { seed: 1, unbiased: true },
  );

  const put = {
    kind: 'write',
    pop: 'LHR',
    changes: [{ kind: 'put', key: 'x', condition: 'none' }],
    fault: 'none',
  };
  expect(found.counterexample).toEqual([
    {
      mode: 'plain',
      steps: expect.arrayContaining([expect.objectContaining({ ...put, session: 'A' })]),
    },
  ]);
  expect(found.counterexample?.[0].steps).toHaveLength(2);
});
