import type { Mutant } from './mutants.ts';
import type { Fate } from './run-mutant.ts';

/** A mutant, and what became of it. */
export interface MutantFate {
  readonly mutant: Mutant;
  readonly fate: Fate;
  /** Whether the system lists it as one that nobody can tell from the Worker. */
  readonly isEquivalent: boolean;
}

export interface MutantTally {
  readonly name: string;
  readonly killed: number;
  readonly survived: number;
  readonly equivalent: number;
  readonly invalid: number;
}

/** The share of mutants that a whole run must kill, of those that say anything and are not listed as equivalent. */
export const SENSITIVITY_MIN = 0.95;

/** Counts by file or operator, in the order of the names. */
export const tallyBy = (judged: readonly MutantFate[], key: 'file' | 'operator'): readonly MutantTally[] =>
  [...new Set(judged.map(({ mutant }) => mutant[key]))].toSorted().map((name) =>
    tallyOf(
      name,
      judged.filter(({ mutant }) => mutant[key] === name),
    ),
  );

export function tallyOf(name: string, judged: readonly MutantFate[]): MutantTally {
  const count = (is: (each: MutantFate) => boolean): number => judged.filter(is).length;
  return {
    name,
    killed: count(({ fate, isEquivalent }) => fate.fate === 'killed' && !isEquivalent),
    survived: count(({ fate, isEquivalent }) => fate.fate === 'survived' && !isEquivalent),
    equivalent: count(({ isEquivalent }) => isEquivalent),
    invalid: count(({ fate, isEquivalent }) => fate.fate === 'invalid' && !isEquivalent),
  };
}

/** The share that was killed, from 0 to 1; undefined where there was none to kill. */
export const killShareOf = ({ killed, survived }: MutantTally): number | undefined =>
  killed + survived === 0 ? undefined : killed / (killed + survived);

/** The figures as a Markdown table, with their sum. */
export function tallyTable(tallies: readonly MutantTally[], all: MutantTally, head: string): string {
  const rows = [...tallies, all].map((tally) => {
    const share = killShareOf(tally);
    const percent = share === undefined ? '' : `${(share * 100).toFixed(1)} %`;
    const { name, killed, survived, equivalent, invalid } = tally;
    return `| ${name} | ${killed} | ${survived} | ${percent} | ${equivalent} | ${invalid} |`;
  });
  return [
    `| ${head} | killed | survived | share | equivalent | invalid |`,
    '|---|--:|--:|--:|--:|--:|',
    ...rows,
  ].join('\n');
}
