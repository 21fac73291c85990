import type { WorkerMutation } from '../../../reference-worker/target/index.ts';
import type { Check } from '../../checks/index.ts';
import type { Mutant } from './mutants.ts';

/** A line that a check is known to watch: it has caught a change there, or a mutation that names it makes one. */
export interface WatchedLine {
  readonly file: string;
  readonly line: number;
  readonly check: string;
}

/** The lines that the mutations of a system change. */
export const watchedBy = (mutations: readonly WorkerMutation[]): readonly WatchedLine[] =>
  mutations.flatMap(({ check, patches }) =>
    patches.flatMap(({ oldFileName = '', hunks }) =>
      hunks.map(({ oldStart, oldLines }) => ({
        file: oldFileName.replace(/^a\//, ''),
        line: oldStart + Math.floor(oldLines / 2),
        check: check ?? '',
      })),
    ),
  );

/**
 * Checks in the order in which they may be expected to catch a mutant: those that watch lines near it first, and of the
 * others those in real time, where a platform is there already.
 */
export function nearestFirst(
  { file, line }: Pick<Mutant, 'file' | 'line'>,
  watched: readonly WatchedLine[],
  checks: readonly Check[],
): readonly Check[] {
  const distanceOf = ({ id }: Check): number =>
    Math.min(
      ...watched
        .filter((each) => each.check === id && each.file === file)
        .map((each) => Math.abs(each.line - line)),
    );
  const distances = new Map(checks.map((check) => [check, distanceOf(check)]));
  const isLate = ({ environment }: Check): number => (environment === 'real-time' ? 0 : 1);
  return checks.toSorted(
    (a, b) => compare(distances.get(a) ?? 0, distances.get(b) ?? 0) || isLate(a) - isLate(b),
  );
}

/** Infinities are equal. */
const compare = (a: number, b: number): number => (a === b ? 0 : a - b);
