import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runner, search, smallestViolation } from './evidence.ts';
import type { RegisterRecording, RegisterTarget } from './execution.ts';
import { TABLED_GUARANTEES } from './guarantees.ts';
import { SESSION_MODES } from './modes.ts';
import { historyOf } from './notation.testing.ts';
import { type RegisterProgram, registerPrograms, registersOf } from './program.ts';

const SEEDS = Array.from({ length: 20 }, (_, seed) => seed);
const [mode] = SESSION_MODES;
if (!mode) throw new Error('no session mode');

/** One copy, which forgets a client's write of x when it is read in EDI. */
function forgetful(program: RegisterProgram): RegisterRecording {
  const versions = new Map<string, number>();
  const operations = program.flatMap((step, invoked): RegisterRecording['operations'] => {
    if (step.kind === 'wait') return [];
    const invocation = { session: step.session, pop: step.pop, invoked, completed: invoked };
    if (step.kind === 'write') {
      const [key = ''] = registersOf(step);
      const version = (versions.get(key) ?? 0) + 1;
      versions.set(key, version);
      const effect = { kind: 'put', key, value: `${key}@${invoked}`, version } as const;
      return [{ kind: 'write', outcome: 'ok', ...invocation, effects: [effect] }];
    }
    const seen = registersOf(step).map((key) => {
      const version = key === 'x' && step.pop === 'EDI' ? 0 : (versions.get(key) ?? 0);
      return { key, version, from: 'WEUR primary' };
    });
    return [{ kind: 'read', ...invocation, seen }];
  });
  return { operations, elapsedMs: [0] };
}

describe('a search', () => {
  test('finds what is broken, counts it, and shrinks it to the smallest history', async () => {
    const findings = await search(async (program) => forgetful(program), { seed: 1, histories: 200 });

    const verdicts = findings.map(({ guarantee, violated, smallest }) => [
      guarantee.name,
      violated > 10,
      smallest?.execution.operations.length,
    ]);
    expect(verdicts).toEqual([
      ['read your writes', true, 2],
      ['monotonic reads', true, 3],
      ['monotonic writes', true, 3],
      ['writes follow reads', true, 4],
      ['linearizability', true, 2],
    ]);
  });

  test.each(SEEDS)('arrives where nothing can be left out or made simpler, from seed %i', async (seed) => {
    const programOf = new Map<RegisterRecording, RegisterProgram>();
    const run = async (program: RegisterProgram): Promise<RegisterRecording> => {
      const execution = forgetful(program);
      programOf.set(execution, program);
      return execution;
    };

    for (const guarantee of TABLED_GUARANTEES) {
      const violation = await smallestViolation(guarantee, run, { seed, histories: 200 });
      const program = violation && programOf.get(violation.execution);
      if (!program) throw new Error(`${guarantee.name} is not broken`);
      const holds = fc.property(registerPrograms, (each) => !guarantee.check(forgetful(each)));
      const again = fc.check(holds, { examples: [[program]], numRuns: 1 });
      expect(again.counterexample).toEqual([program]);
    }
    // On a platform each of them takes tens of milliseconds.
    expect(programOf.size).toBeLessThan(100 * TABLED_GUARANTEES.length);
  });

  test('keeps what came after a violation where it mattered', async () => {
    const run = async (program: RegisterProgram): Promise<RegisterRecording> => ({
      operations: program.length < 10 ? [] : historyOf('A w x1\nA r x0'),
      elapsedMs: [0],
    });
    const [readYourWrites] = TABLED_GUARANTEES;

    const violation =
      readYourWrites && (await smallestViolation(readYourWrites, run, { seed: 1, histories: 20 }));

    expect(violation?.witness.operations).toEqual(historyOf('A w x1\nA r x0'));
  });

  test('is the same for the same seed, and looks at as many histories as it says', async () => {
    const programs: RegisterProgram[][] = [[], [], []];
    const look = (at: number, seed: number) =>
      search(
        async (program) => {
          programs[at]?.push(program);
          return { operations: [], elapsedMs: [0] };
        },
        { seed, histories: 30 },
      );

    await look(0, 1);
    await look(1, 1);
    await look(2, 2);

    expect(programs[0]).toHaveLength(30);
    expect(programs[1]).toEqual(programs[0]);
    expect(programs[2]).not.toEqual(programs[0]);
  });

  test('ends with the error of a program that did not run', async () => {
    const broken = async (): Promise<RegisterRecording> => {
      throw new Error('no answer');
    };

    await expect(search(broken, { seed: 1, histories: 1 })).rejects.toThrow('Property failed');
  });
});

test('a program runs once, on a target of its own', async () => {
  let targets = 0;
  const newTarget = (): RegisterTarget => {
    targets += 1;
    return {
      send: () => Promise.reject(new Error('unused')),
      waiting: async () => 0,
      advance: async () => undefined,
    };
  };
  const run = runner(mode, newTarget);

  const first = await run([{ kind: 'wait', ms: 1 }]);
  const again = await run([{ kind: 'wait', ms: 1 }]);
  await run([{ kind: 'wait', ms: 2 }]);

  expect(again).toBe(first);
  expect(targets).toBe(2);
});
