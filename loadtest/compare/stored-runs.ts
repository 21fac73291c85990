import { type RunResult, SCHEMA_VERSION, type SecondOfRun } from '../../reports/schema/index.ts';
import { type Comparison, compareBlocks, pairsToTell } from '../../reports/statistics/index.ts';
import { LoadTestError } from '../errors.ts';
import { countingStretches } from '../generator/index.ts';
import { assertSame, type Fingerprint, machineOf } from './fingerprint.ts';

/**
 * A second is no block: a slow one is followed by another. Over ten the memory of a queue is gone (batch means; Law,
 * "Simulation Modeling and Analysis", 5th ed., McGraw-Hill 2015, section 9.5.3). Ten is an assumption.
 */
const SECONDS_PER_BLOCK = 10;
/** Under this many blocks an interval is wider than any regression. */
const BLOCKS_MIN = 3;
/** Assumption: two runs an hour apart differ by as much on a quiet machine, which no interval of theirs contains. */
export const SMALLEST_REGRESSION = 0.1;

/** `none`: the interval shows that the candidate is not worse by as much as the smallest regression. */
export type Finding = 'regression' | 'none' | 'not told apart';

export interface StoredComparison {
  readonly figures: readonly (Comparison & { readonly figure: string; readonly finding: Finding })[];
  /** In words: why the candidate is worse. Empty when it is not shown to be. */
  readonly regressions: readonly string[];
  /** In words: what the runs are too short or too uneven to tell. */
  readonly open: readonly string[];
}

interface StoredBlock {
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly requestsPerSecond: number;
}

const figures: readonly [string, (block: StoredBlock) => number, 'higher' | 'lower'][] = [
  ['p50 of a second', ({ p50Ms }) => p50Ms, 'higher'],
  ['p95 of a second', ({ p95Ms }) => p95Ms, 'higher'],
  ['requests/s', ({ requestsPerSecond }) => requestsPerSecond, 'lower'],
];

/**
 * Compares two stored capacity runs as far as what they stored allows. They were not interleaved, so that the figures of
 * ten seconds in both, at the same time since the start, stand for the pairs of blocks; and a run stores no histogram of each
 * second, so that what is compared is the percentile of a second, by its geometric mean over the ten. The intervals of all figures
 * hold at 95 % together.
 *
 * @throws LoadTestError `run_void` for a run without a figure, `same_run` for one and the same, `not_comparable` when anything but
 *   the code differs, and `run_too_short` under thirty seconds that count
 */
export function compareStoredRuns(baseline: RunResult, candidate: RunResult): StoredComparison {
  assertNotVoid(baseline);
  assertNotVoid(candidate);
  assertTwoRuns(baseline, candidate);
  assertSame('The two runs', fingerprintOfRun(baseline), fingerprintOfRun(candidate));
  const [before, after] = [blocksOf(baseline), blocksOf(candidate)];
  const count = Math.min(before.length, after.length);
  if (count < BLOCKS_MIN)
    throw new LoadTestError(
      'run_too_short',
      `The runs have ${count} times ${SECONDS_PER_BLOCK} s in common, and ${BLOCKS_MIN} are needed; run with a longer --hold.`,
    );
  const pairs = before.slice(0, count).flatMap((block, at) => {
    const other = after[at];
    return other ? [{ baseline: block, candidate: other }] : [];
  });
  const compared = figures.map(([figure, of, worse]) => {
    const comparison = compareBlocks(pairs, of, BOUNDS);
    return { figure, ...comparison, finding: findingOf(comparison, worse) };
  });
  const slower = compared.flatMap(({ figure, outcome, finding }) =>
    finding === 'regression' ? [`${figure} is ${outcome}`] : [],
  );
  return {
    figures: compared,
    regressions: [...slower, ...newFailure(baseline, candidate)],
    open: compared.flatMap((each) => (each.finding === 'not told apart' ? [openOf(each)] : [])),
  };
}

const BOUNDS = {
  smallestEffect: SMALLEST_REGRESSION,
  equivalence: SMALLEST_REGRESSION,
  comparisons: figures.length,
};

function findingOf({ outcome, interval }: Comparison, worse: 'higher' | 'lower'): Finding {
  if (outcome === worse) return 'regression';
  const isExcluded =
    worse === 'higher'
      ? interval.high <= 1 + SMALLEST_REGRESSION
      : interval.low >= 1 / (1 + SMALLEST_REGRESSION);
  return isExcluded ? 'none' : 'not told apart';
}

function openOf({ figure, ...comparison }: Comparison & { readonly figure: string }): string {
  const bound = comparison.ratio >= 1 ? 1 + SMALLEST_REGRESSION : 1 / (1 + SMALLEST_REGRESSION);
  const wanted = pairsToTell(comparison, bound, BOUNDS.comparisons);
  return wanted === null ? figure : `${figure} (some --hold ${wanted * SECONDS_PER_BLOCK} would tell)`;
}

/** A candidate that breaks a guarantee or an objective is worse than a baseline that did not, however fast it is. */
const newFailure = ({ verdict: before }: RunResult, { verdict: after }: RunResult): string[] =>
  after.outcome === 'FAIL' && before.outcome !== 'FAIL' ? [`the candidate fails: ${after.reason}`] : [];

function assertNotVoid({ runId, verdict }: RunResult): void {
  if (verdict.outcome !== 'VOID') return;
  throw new LoadTestError(
    'run_void',
    `${runId} is void (${verdict.reason}), and its figures say nothing; run it again.`,
  );
}

/** Compared with itself, any run is as good as before. A copy keeps its times, whatever its folder is called. */
function assertTwoRuns(baseline: RunResult, candidate: RunResult): void {
  const isSame =
    baseline.runId === candidate.runId ||
    (baseline.startedAt === candidate.startedAt && baseline.finishedAt === candidate.finishedAt);
  if (!isSame) return;
  throw new LoadTestError(
    'same_run',
    `--baseline and --candidate are one and the same run, ${baseline.runId}, which shows nothing; name another one.`,
  );
}

/** Everything but the code: that is what the comparison is about. */
function fingerprintOfRun({ environment, scenario, topology, behaviour, load }: RunResult): Fingerprint {
  return {
    'schema version': String(SCHEMA_VERSION),
    ...machineOf(environment),
    generators: String(load.generators),
    scenario: JSON.stringify(scenario),
    topology: JSON.stringify([topology.name, topology.kvCache, topology.accounts]),
    behaviour: JSON.stringify([
      behaviour.latencyProfile,
      behaviour.readReplication,
      behaviour.seed,
      behaviour.foreignBookmarks,
      behaviour.faults.map(({ id, kind, parameters }) => [id, kind, parameters]),
    ]),
  };
}

function blocksOf({ timeline, scenario }: RunResult): StoredBlock[] {
  const stretches = countingStretches(scenario.phases);
  const counting = timeline.filter(
    ({ second, requests }) =>
      requests > 0 && stretches.some((part) => second >= part.fromSeconds && second + 1 <= part.toSeconds),
  );
  const blocks: StoredBlock[] = [];
  for (let start = 0; start + SECONDS_PER_BLOCK <= counting.length; start += SECONDS_PER_BLOCK) {
    const seconds = counting.slice(start, start + SECONDS_PER_BLOCK);
    const geometricMean = (of: (second: SecondOfRun) => number): number =>
      Math.exp(seconds.reduce((sum, second) => sum + Math.log(of(second)), 0) / seconds.length);
    blocks.push({
      p50Ms: geometricMean(({ p50Ms }) => p50Ms),
      p95Ms: geometricMean(({ p95Ms }) => p95Ms),
      requestsPerSecond: seconds.reduce((sum, { requests }) => sum + requests, 0) / seconds.length,
    });
  }
  return blocks;
}
