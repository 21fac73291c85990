/** One block of the experiment before it is run. */
export interface PlannedBlock<Arm> {
  readonly arm: Arm;
  /** The pair that it belongs to, from 0: each round has one block of every arm. */
  readonly round: number;
}

/**
 * The order of the blocks: every second round is the one before it backwards, so that two arms run ABBA and a drift in a
 * straight line cancels; each pair of rounds begins with another arm, as in a Latin square, so that no arm always has
 * the quiet start (Box, Hunter and Hunter, "Statistics for Experimenters", 2nd ed., Wiley 2005, sections 3.2 and 4.2).
 *
 * @param rounds how many blocks each arm gets: even, or the last round has no reversal
 */
export function blockOrder<Arm>(arms: readonly Arm[], rounds: number): PlannedBlock<Arm>[] {
  return Array.from({ length: rounds }, (_, round) => {
    const start = Math.floor(round / 2) % arms.length;
    const rotated = [...arms.slice(start), ...arms.slice(0, start)];
    const ordered = round % 2 === 0 ? rotated : rotated.reverse();
    return ordered.map((arm) => ({ arm, round }));
  }).flat();
}
