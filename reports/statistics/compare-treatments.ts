import { type Bounds, type Comparison, compareBlocks, type Pair } from './compare-blocks.ts';

/** One figure of a block, above 0. */
export interface Figure<Block> {
  readonly name: string;
  readonly of: (block: Block) => number;
}

export interface ComparedFigure extends Comparison {
  readonly base: string;
  readonly other: string;
  readonly figure: string;
}

/**
 * Compares every treatment with every one before it by every figure, and errs with none of them in 95 of 100 experiments: the family is
 * all that one experiment judges, and each comparison gets its share of the 5 % (Bonferroni; Dunn, "Multiple comparisons among
 * means", Journal of the American Statistical Association 56, 1961). Not Holm's steps, which find a little more, but leave intervals
 * that contradict the findings.
 *
 * @param rounds the blocks of each round by treatment, one of every treatment
 * @param bounds as for `compareBlocks`; of its comparisons `comparisonsIn` are made here
 * @throws ReportError as `compareBlocks`; Error for a round without one of the treatments
 */
export function compareTreatments<Block>(
  treatments: readonly string[],
  rounds: readonly ReadonlyMap<string, Block>[],
  figures: readonly Figure<Block>[],
  bounds: Bounds,
): ComparedFigure[] {
  return treatments.flatMap((base, at) =>
    treatments.slice(at + 1).flatMap((other) => {
      const pairs = rounds.map(
        (round): Pair<Block> => ({ baseline: blockOf(round, base), candidate: blockOf(round, other) }),
      );
      return figures.map(({ name, of }) => ({
        ...{ base, other, figure: name },
        ...compareBlocks(pairs, of, bounds),
      }));
    }),
  );
}

/** How many comparisons one experiment makes: every two treatments by every figure. */
export const comparisonsIn = (treatments: number, figures: number): number =>
  ((treatments * (treatments - 1)) / 2) * figures;

function blockOf<Block>(round: ReadonlyMap<string, Block>, treatment: string): Block {
  const block = round.get(treatment);
  if (block === undefined) throw new Error(`a round of the experiment has no block of ${treatment}.`);
  return block;
}
