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
  /** Met by the likeliest checks only, and killed by none of them. */
  readonly open: number;
  readonly equivalent: number;
  /** Invalid: nobody could have deployed it, as its types are wrong. */
  readonly untyped: number;
  /** Invalid: it does not start, or answers nobody, so that anybody would notice at once. */
  readonly unanswering: number;
}

/** The share of mutants that a whole run must kill, of those that say anything and are not listed as equivalent. */
export const SENSITIVITY_MIN = 0.95;

/** How rarely a sample may be held against checks that kill as many as they must: on one day of a thousand. */
const CHANCE_MAX = 0.001;

/**
 * Whether a sample shows that fewer are killed than must be: so few would hardly ever be drawn otherwise. What is open is no
 * evidence, because a check that it has not met may kill it.
 */
export const isTooFew = ({ killed, survived }: MutantTally): boolean =>
  chanceOfAsMany(survived, killed + survived) < CHANCE_MAX;

/**
 * The chance that of so many drawn mutants so many or more are not killed, if as many are killed as must be: of the binomial
 * distribution, which is wider than that of a sample without replacement, so that the chance is rather smaller.
 */
function chanceOfAsMany(alive: number, drawn: number): number {
  let [term, below] = [SENSITIVITY_MIN ** drawn, 0];
  for (let count = 0; count < alive; count += 1) {
    below += term;
    term *= ((drawn - count) / (count + 1)) * ((1 - SENSITIVITY_MIN) / SENSITIVITY_MIN);
  }
  return 1 - below;
}

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
    open: count(({ fate, isEquivalent }) => fate.fate === 'open' && !isEquivalent),
    equivalent: count(({ fate, isEquivalent }) => isEquivalent && fate.fate !== 'invalid'),
    untyped: count(({ fate }) => fate.fate === 'invalid' && fate.stage === 'types'),
    unanswering: count(({ fate }) => fate.fate === 'invalid' && fate.stage === 'start'),
  };
}

/** The share that was killed, from 0 to 1, if all that are open survive; undefined where there was none to kill. */
export const killShareOf = ({ killed, survived, open }: MutantTally): number | undefined =>
  killed + survived + open === 0 ? undefined : killed / (killed + survived + open);

/** The figures as a Markdown table, with their sum. */
export function tallyTable(tallies: readonly MutantTally[], all: MutantTally, head: string): string {
  const rows = [...tallies, all].map((tally) => {
    const share = killShareOf(tally);
    const percent = share === undefined ? '' : `${(share * 100).toFixed(1)} %`;
    const { name, killed, survived, open, equivalent, untyped, unanswering } = tally;
    return `| ${name} | ${killed} | ${survived} | ${open} | ${percent} | ${equivalent} | ${untyped} | ${unanswering} |`;
  });
  return [
    `| ${head} | killed | survived | open | share, at least | equivalent | types wrong | answers nobody |`,
    '|---|--:|--:|--:|--:|--:|--:|--:|',
    ...rows,
  ].join('\n');
}
