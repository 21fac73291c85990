import { formatCount } from '../../reports/document/index.ts';
import { grownOperations } from '../../reports/history/index.ts';
import type {
  BaselineOfRun,
  FigureAgainstBaseline,
  RunResult,
  SecondOfRun,
} from '../../reports/schema/index.ts';
import { type Comparison, compareBlocks, pairsToTell } from '../../reports/statistics/index.ts';
import { LoadTestError } from '../errors.ts';
import { countingStretches } from '../generator/index.ts';
import { isLadder } from '../scenarios/index.ts';
import { fingerprintOfRun } from './asked.ts';
import { assertSame } from './fingerprint.ts';

/**
 * A second is no block: a slow one is followed by another. Over ten the memory of a queue is gone (batch means; Law,
 * "Simulation Modeling and Analysis", 5th ed., McGraw-Hill 2015, section 9.5.3). Ten is an assumption.
 */
const SECONDS_PER_BLOCK = 10;
/** Under this many blocks an interval is wider than any regression. */
const BLOCKS_MIN = 3;
/** Assumption: two runs an hour apart differ by as much on a quiet machine, which no interval of theirs contains. */
export const SMALLEST_REGRESSION = 0.1;

export type StoredComparison = Pick<BaselineOfRun, 'figures' | 'regressions' | 'open'>;

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
 * Compares two stored capacity runs, as measuredAgainst does, and refuses what could not be compared.
 *
 * @throws LoadTestError `run_void` for a run without a figure, `same_run` for one and the same, `not_comparable` when anything but
 *   the code differs, and `run_too_short` under thirty seconds that count
 */
export function compareStoredRuns(baseline: RunResult, candidate: RunResult): StoredComparison {
  assertNotVoid(baseline);
  assertNotVoid(candidate);
  assertTwoRuns(baseline, candidate);
  assertSame('The two runs', fingerprintOfRun(baseline), fingerprintOfRun(candidate));
  const pairs = pairsOf(baseline, candidate).length;
  if (pairs < BLOCKS_MIN) throw new LoadTestError('run_too_short', `The runs have ${tooShort(pairs)}.`);
  return measuredAgainst(baseline, candidate);
}

/** @throws LoadTestError `run_void`, or `run_too_short`, for a run that no other could be held against */
export function assertBaseline(run: RunResult): void {
  assertNotVoid(run);
  const pairs = pairsOf(run, run).length;
  if (pairs < BLOCKS_MIN)
    throw new LoadTestError('run_too_short', `${run.runId} has ${tooShort(pairs)}, and so would this run.`);
}

const tooShort = (pairs: number): string =>
  `${pairs} times ${SECONDS_PER_BLOCK} s to compare, and ${BLOCKS_MIN} are needed: run with a longer --hold`;

/**
 * Compares two capacity runs of one question as far as what they stored allows. They were not interleaved, so that the figures of
 * ten seconds in both, at the same time since the start, stand for the pairs of blocks; and a run stores no histogram of each
 * second, so that what is compared is the percentile of a second, by its geometric mean over the ten. The intervals of all figures
 * hold at 95 % together. Of a ladder only the rungs are compared that the baseline sustained, and that say something in both.
 */
export function measuredAgainst(baseline: RunResult, candidate: RunResult): StoredComparison {
  const pairs = pairsOf(baseline, candidate);
  const others = [lessSustained, moreRows, newFailure].flatMap((found) => found(baseline, candidate));
  if (pairs.length < BLOCKS_MIN)
    return { figures: [], regressions: others, open: [`every figure: there are ${tooShort(pairs.length)}`] };
  const compared = figures.map(([figure, of, worse]) => {
    const comparison = compareBlocks(pairs, of, BOUNDS);
    return { figure, comparison, finding: findingOf(comparison, worse) };
  });
  const slower = compared.flatMap(({ figure, comparison, finding }) =>
    finding === 'regression' ? [`${figure} is ${comparison.outcome}`] : [],
  );
  return {
    figures: compared.map(({ figure, comparison: { ratio, interval, pairs: count }, finding }) => ({
      ...{ figure, ratio, finding },
      ...{ interval95: interval, pairs: count },
    })),
    regressions: [...slower, ...others],
    open: compared.flatMap(({ figure, comparison, finding }) =>
      finding === 'not told apart' ? [openOf(figure, comparison)] : [],
    ),
  };
}

const BOUNDS = {
  smallestEffect: SMALLEST_REGRESSION,
  equivalence: SMALLEST_REGRESSION,
  comparisons: figures.length,
};

function findingOf(
  { outcome, interval }: Comparison,
  worse: 'higher' | 'lower',
): FigureAgainstBaseline['finding'] {
  if (outcome === worse) return 'regression';
  const isExcluded =
    worse === 'higher'
      ? interval.high <= 1 + SMALLEST_REGRESSION
      : interval.low >= 1 / (1 + SMALLEST_REGRESSION);
  return isExcluded ? 'none' : 'not told apart';
}

function openOf(figure: string, comparison: Comparison): string {
  const bound = comparison.ratio >= 1 ? 1 + SMALLEST_REGRESSION : 1 / (1 + SMALLEST_REGRESSION);
  const wanted = pairsToTell(comparison, bound, BOUNDS.comparisons);
  return wanted === null ? figure : `${figure} (some --hold ${wanted * SECONDS_PER_BLOCK} would tell)`;
}

/** A candidate that breaks a guarantee or an objective is worse than a baseline that did not, however fast it is. */
const newFailure = ({ verdict: before }: RunResult, { verdict: after }: RunResult): string[] =>
  after.outcome === 'FAIL' && before.outcome !== 'FAIL' ? [`it fails now: ${after.reason}`] : [];

/** Two brackets that do not touch: the knee is clearly lower. */
function lessSustained({ knee: before }: RunResult, { knee: after }: RunResult): string[] {
  const least = before?.requestsPerSecondBracket?.low;
  const most = after?.requestsPerSecondBracket?.high;
  return least !== undefined && most !== undefined && most !== null && most < least
    ? [
        `it sustains less than ${formatCount(most)} requests/s, and the baseline more than ${formatCount(least)}`,
      ]
    : [];
}

/** What a request reads is counted, not timed: no other work on the machine adds to it. */
const moreRows = ({ statements: before }: RunResult, { statements: after }: RunResult): string[] =>
  before && after ? grownOperations(before, after).map(({ sentence }) => sentence) : [];

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

/** Ten seconds of both runs, at the same time since their start. */
function pairsOf(
  baseline: RunResult,
  candidate: RunResult,
): { baseline: StoredBlock; candidate: StoredBlock }[] {
  const rungs = isLadder(baseline.scenario)
    ? Math.min(sustainedRungs(baseline), candidate.knee?.rungs.length ?? 0)
    : undefined;
  const after = blocksOf(candidate, rungs);
  return blocksOf(baseline, rungs).flatMap((block, at) => {
    const other = after[at];
    return other ? [{ baseline: block, candidate: other }] : [];
  });
}

/** From the lowest, up to the first that missed an objective. */
function sustainedRungs({ knee }: RunResult): number {
  const rungs = knee?.rungs ?? [];
  const missed = rungs.findIndex(({ withinObjectives }) => !withinObjectives);
  return missed === -1 ? rungs.length : missed;
}

/** @param rungs of a ladder: how many of them, from the lowest */
function blocksOf({ timeline, scenario }: RunResult, rungs: number | undefined): StoredBlock[] {
  const stretches = countingStretches(scenario.phases).slice(0, rungs);
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
