import fc from 'fast-check';
import type { Violation as Witness } from '../history/index.ts';
import { type Execution, execute, type Target } from './execution.ts';
import { GUARANTEES, type Guarantee } from './guarantees.ts';
import type { SessionMode } from './modes.ts';
import { type Program, programs } from './program.ts';

/** Which random histories to look at. */
export interface Search {
  readonly seed: number;
  readonly histories: number;
}

/** A history, and why it breaks a guarantee. */
export interface Violation {
  readonly execution: Execution;
  readonly witness: Witness;
}

/** What random histories said about one guarantee. */
export interface Finding {
  readonly guarantee: Guarantee;
  /** How many of the histories break it. */
  readonly violated: number;
  /** The smallest violating history that shrinking arrived at; undefined when the guarantee held. */
  readonly smallest: Violation | undefined;
}

/** Runs a program on fresh keys; its history must be a function of the program. */
export type Run = (program: Program) => Promise<Execution>;

/** Remembers the histories: what was counted need not run again to be shrunk. */
export function runner(mode: SessionMode, newTarget: () => Target): Run {
  const runs = new Map<string, Promise<Execution>>();
  return (program) => {
    const name = JSON.stringify(program);
    const known = runs.get(name) ?? execute(program, mode, newTarget());
    runs.set(name, known);
    return known;
  };
}

/** Checks each history for each guarantee, and shrinks the first violation of each. */
export async function search(run: Run, options: Search): Promise<Finding[]> {
  const executions: Execution[] = [];
  const collect = fc.asyncProperty(programs, async (program) => {
    executions.push(await run(program));
  });
  await fc.assert(collect, { seed: options.seed, numRuns: options.histories });
  const findings: Finding[] = [];
  for (const guarantee of GUARANTEES) {
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
  { check }: Guarantee,
  run: Run,
  { seed, histories }: Search,
): Promise<Violation | undefined> {
  const violationOf = async (program: Program): Promise<Violation | undefined> => {
    const execution = await run(program);
    const witness = check({ operations: execution.operations });
    return witness && { execution, witness };
  };
  const holds = fc.asyncProperty(programs, async (program) => !(await violationOf(program)));
  // To fast-check an error is a counterexample too; violationOf lets it out again.
  const violating = async (parameters: fc.Parameters<[Program]>): Promise<Program> => {
    const { counterexample } = await fc.check(holds, parameters);
    return counterexample?.[0] ?? [];
  };
  let smallest = await violating({ seed, numRuns: histories, endOnFailure: true });
  const first = await violationOf(smallest);
  if (!first) return undefined;
  // What came after the violation had no part in it, and shrinking would find that out last.
  const steps = Math.max(...first.witness.operations.map(({ invoked }) => invoked + 1));
  const examples: [Program][] = [[smallest.slice(0, steps)], [smallest]];
  smallest = await violating({ examples, numRuns: examples.length });
  // One pass does not see what only a later step made superfluous: shrink again until nothing changes.
  for (let before: Program = []; !isSame(before, smallest); ) {
    before = smallest;
    smallest = await violating({ examples: [[before]], numRuns: 1 });
  }
  return violationOf(smallest);
}

const isSame = (one: Program, other: Program): boolean => JSON.stringify(one) === JSON.stringify(other);
