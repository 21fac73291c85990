import fc from 'fast-check';
import type { GuaranteeViolation } from '../history/index.ts';
import { type RegisterRecording, type RegisterTarget, runOnRegisters } from './execution.ts';
import { TABLED_GUARANTEES, type TabledGuarantee } from './guarantees.ts';
import type { SessionMode } from './modes.ts';
import { type RegisterProgram, registerPrograms } from './program.ts';

/** Which random histories to look at. */
export interface RandomSearch {
  readonly seed: number;
  readonly histories: number;
}

/** What GUARANTEES.md rests on: enough histories to break whatever this harness knows how to break. */
export const PUBLISHED_SEARCH: RandomSearch = { seed: 1, histories: 200 };

/** A history, and why it breaks a guarantee. */
export interface Counterexample {
  readonly execution: RegisterRecording;
  readonly witness: GuaranteeViolation;
}

/** What random histories said about one guarantee. */
export interface GuaranteeFinding {
  readonly guarantee: TabledGuarantee;
  /** How many of the histories break it. */
  readonly violated: number;
  /** The smallest violating history that shrinking arrived at; undefined when the guarantee held. */
  readonly smallest: Counterexample | undefined;
}

/** Runs a program on fresh keys; its history must be a function of the program. */
export type Run = (program: RegisterProgram) => Promise<RegisterRecording>;

/** Remembers the histories: what was counted need not run again to be shrunk. */
export function runner(mode: SessionMode, newTarget: () => RegisterTarget): Run {
  const runs = new Map<string, Promise<RegisterRecording>>();
  return (program) => {
    const name = JSON.stringify(program);
    const known = runs.get(name) ?? runOnRegisters(program, mode, newTarget());
    runs.set(name, known);
    return known;
  };
}

/** Checks each history for each guarantee, and shrinks the first violation of each. */
export async function search(run: Run, options: RandomSearch): Promise<GuaranteeFinding[]> {
  const executions: RegisterRecording[] = [];
  const collect = fc.asyncProperty(registerPrograms, async (program) => {
    executions.push(await run(program));
  });
  await fc.assert(collect, { seed: options.seed, numRuns: options.histories });
  const findings: GuaranteeFinding[] = [];
  for (const guarantee of TABLED_GUARANTEES) {
    const violated = executions.filter(({ operations }) => guarantee.check({ operations })).length;
    const smallest = violated > 0 ? await smallestViolation(guarantee, run, options) : undefined;
    findings.push({ guarantee, violated, smallest });
  }
  return findings;
}

/**
 * Shrinks the first violation among the random histories, if there is one.
 *
 * @throws the error of a program that did not run to its end
 */
export async function smallestViolation(
  { check }: TabledGuarantee,
  run: Run,
  { seed, histories }: RandomSearch,
): Promise<Counterexample | undefined> {
  const violationOf = async (program: RegisterProgram): Promise<Counterexample | undefined> => {
    const execution = await run(program);
    const witness = check({ operations: execution.operations });
    return witness && { execution, witness };
  };
  const holds = fc.asyncProperty(registerPrograms, async (program) => !(await violationOf(program)));
  // To fast-check an error is a counterexample too; violationOf lets it out again.
  const violating = async (parameters: fc.Parameters<[RegisterProgram]>): Promise<RegisterProgram> => {
    const { counterexample } = await fc.check(holds, parameters);
    return counterexample?.[0] ?? [];
  };
  let smallest = await violating({ seed, numRuns: histories, endOnFailure: true });
  const first = await violationOf(smallest);
  if (!first) return undefined;
  // What came after the violation had no part in it, and shrinking would find that out last.
  const steps = Math.max(...first.witness.operations.map(({ invoked }) => invoked + 1));
  const examples: [RegisterProgram][] = [[smallest.slice(0, steps)], [smallest]];
  smallest = await violating({ examples, numRuns: examples.length });
  // One pass does not see what only a later step made superfluous: shrink again until nothing changes.
  for (let before: RegisterProgram = []; !isSame(before, smallest); ) {
    before = smallest;
    smallest = await violating({ examples: [[before]], numRuns: 1 });
  }
  return violationOf(smallest);
}

const isSame = (one: RegisterProgram, other: RegisterProgram): boolean =>
  JSON.stringify(one) === JSON.stringify(other);
