import { type RunResult, SCHEMA_VERSION, type SecondOfRun } from '../../reports/schema/index.ts';
import { type Comparison, compareBlocks } from '../../reports/statistics/index.ts';
import { LoadTestError } from '../errors.ts';
import { countingStretches } from '../generator/asked-load.ts';
import { assertSame, type Fingerprint } from './fingerprint.ts';

/**
 * A second is no block: a slow one is followed by another. Over ten the memory of a queue is gone (batch means; Law,
 * "Simulation Modeling and Analysis", 5th ed., McGraw-Hill 2015, section 9.5.3). Ten is an assumption.
 */
const SECONDS_PER_BLOCK = 10;
/** Under this many blocks an interval is wider than any regression. */
const BLOCKS_MIN = 3;
/** Assumption: two runs an hour apart differ by as much on a quiet machine, which no interval of theirs contains. */
export const SMALLEST_REGRESSION = 0.1;

export interface StoredComparison {
  readonly figures: readonly (Comparison & { readonly figure: string; readonly isRegression: boolean })[];
  /** In words: why the candidate is worse. Empty when it is not. */
  readonly regressions: readonly string[];
}

interface StoredBlock {
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly requestsPerSecond: number;
}

const figures: readonly [string, (block: StoredBlock) => number, Comparison['outcome']][] = [
  ['p50 of a second', ({ p50Ms }) => p50Ms, 'higher'],
  ['p95 of a second', ({ p95Ms }) => p95Ms, 'higher'],
  ['requests/s', ({ requestsPerSecond }) => requestsPerSecond, 'lower'],
];

/**
 * Compares two stored capacity runs as far as what they stored allows. They were not interleaved, so that the figures of
 * ten seconds in both, at the same time since the start, stand for the pairs of blocks; and a run stores no histogram of each
 * second, so that what is compared is the percentile of a second, by its geometric mean over the ten.
 *
 * @throws LoadTestError `not_comparable` when anything but the code differs, `run_void` for a run without a figure, and
 *   `run_too_short` under thirty seconds that count
 */
export function compareStoredRuns(baseline: RunResult, candidate: RunResult): StoredComparison {
  assertSame('The two runs', fingerprintOfRun(baseline), fingerprintOfRun(candidate));
  assertNotVoid(baseline);
  assertNotVoid(candidate);
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
    const comparison = compareBlocks(pairs, of, SMALLEST_REGRESSION);
    return { figure, ...comparison, isRegression: comparison.outcome === worse };
  });
  const slower = compared.flatMap(({ figure, outcome, isRegression }) =>
    isRegression ? [`${figure} is ${outcome}`] : [],
  );
  return { figures: compared, regressions: [...slower, ...newFailure(baseline, candidate)] };
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

/** Everything but the code: that is what the comparison is about. */
function fingerprintOfRun({ environment, scenario, topology, plane, load }: RunResult): Fingerprint {
  const { platform, cpuModel, cpuCount, memoryBytes, k6Version } = environment;
  return {
    'schema version': String(SCHEMA_VERSION),
    machine: JSON.stringify([platform, cpuModel, cpuCount, memoryBytes]),
    'version of k6': k6Version,
    generators: String(load.generators),
    scenario: JSON.stringify(scenario),
    topology: JSON.stringify([topology.name, topology.kvCache, topology.accounts]),
    plane: JSON.stringify([
      plane.latencyProfile,
      plane.seed,
      plane.foreignBookmarks,
      plane.faults.map(({ id, kind, parameters }) => [id, kind, parameters]),
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
