import type { WorkerMutation } from '../../../reference-worker/target/index.ts';
import type { Check } from '../../checks/index.ts';
import type { Mutant } from './mutants.ts';
import type { Reach } from './reach.ts';

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

/** What a check that has run on a mutant came to. */
interface Tries {
  tried: number;
  killed: number;
}

/** Which checks may be expected to catch a mutant soonest; it learns from what they caught before. */
export interface Expectation {
  /** Those that a mutant can be felt by, the likeliest for its time first. */
  orderOf(mutant: Pick<Mutant, 'id' | 'file' | 'line'>): readonly Check[];
  /** @param tried in their order; @param killer the last of them, where it caught the mutant */
  learn(mutant: Pick<Mutant, 'file' | 'line'>, tried: readonly Check[], killer: Check | undefined): void;
}

/** A platform in simulated time begins anew for each mutant, which takes about so long. */
const START_MS = 1_000;
/** What it takes to ask anything at all. */
const LEAST_MS = 50;
/** So many lines away a check that watches is half as likely. */
const HALF_LINES = 3;

/**
 * @param watched lines, by the checks that mutations name
 * @param killers the check that has killed a mutant in an earlier state, by its id
 */
export function expectation(
  checks: readonly Check[],
  { checksOf, outcomes }: Reach,
  watched: readonly WatchedLine[],
  killers: ReadonlyMap<string, string>,
): Expectation {
  const lines: WatchedLine[] = [...watched];
  const tries = new Map<string, Tries>(checks.map(({ id }) => [id, { tried: 0, killed: 0 }]));
  const costs = new Map(
    outcomes.map(({ check, durationMs }) => [
      check.id,
      LEAST_MS + durationMs + (check.environment === 'real-time' ? 0 : START_MS),
    ]),
  );
  /** From 0 to 1, which is the watched line itself. */
  const nearnessOf = (check: Check, { file, line }: Pick<Mutant, 'file' | 'line'>): number => {
    const distances = lines
      .filter((each) => each.check === check.id && each.file === file)
      .map((each) => Math.abs(each.line - line));
    return HALF_LINES / (HALF_LINES + Math.min(...distances));
  };
  return {
    orderOf(mutant) {
      // A quick check is tried before a likelier one that takes very long, but not before every one.
      const worthOf = (check: Check): number => {
        const { tried, killed } = tries.get(check.id) ?? { tried: 0, killed: 0 };
        // What has never been tried is worth a try now and then.
        const chance = (killed + 1) / (tried + 4) + nearnessOf(check, mutant);
        const cost = costs.get(check.id) ?? START_MS;
        return killers.get(mutant.id) === check.id ? Number.POSITIVE_INFINITY : chance / Math.sqrt(cost);
      };
      const felt = checks.filter(({ id }) => checksOf.get(mutant.id)?.has(id));
      const values = new Map(felt.map((check) => [check, worthOf(check)]));
      return felt.toSorted((a, b) => ((values.get(a) ?? 0) > (values.get(b) ?? 0) ? -1 : 1));
    },
    learn(mutant, tried, killer) {
      for (const check of tried) {
        const known = tries.get(check.id);
        if (!known) continue;
        known.tried += 1;
        if (check === killer) known.killed += 1;
      }
      if (killer) lines.push({ file: mutant.file, line: mutant.line, check: killer.id });
    },
  };
}
