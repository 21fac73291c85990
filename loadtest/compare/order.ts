/** One block of the experiment before it is run. */
export interface PlannedBlock<Treatment> {
  readonly treatment: Treatment;
  /** The pair that it belongs to, from 0: each round has one block of every treatment. */
  readonly round: number;
}

/**
 * The order of the blocks: every second round is the one before it backwards, so that two treatments run ABBA and a drift in a
 * straight line cancels; each pair of rounds begins with another treatment, as in a Latin square, so that no treatment always has
 * the quiet start (Box, Hunter and Hunter, "Statistics for Experimenters", 2nd ed., Wiley 2005, sections 3.2 and 4.2).
 *
 * @param rounds how many blocks each treatment gets: even, or the last round has no reversal
 */
export function blockOrder<Treatment>(
  treatments: readonly Treatment[],
  rounds: number,
): PlannedBlock<Treatment>[] {
  return Array.from({ length: rounds }, (_, round) => {
    const start = Math.floor(round / 2) % treatments.length;
    const rotated = [...treatments.slice(start), ...treatments.slice(0, start)];
    const ordered = round % 2 === 0 ? rotated : rotated.reverse();
    return ordered.map((treatment) => ({ treatment, round }));
  }).flat();
}
