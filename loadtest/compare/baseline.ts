import { join } from 'node:path';
import { decide, isSpoiled, signal } from '../../reports/document/index.ts';
import { readHistory } from '../../reports/history/index.ts';
import { RUNS_FOLDER, type RunResult, readRun, runFolder, type Signal } from '../../reports/index.ts';
import { LoadTestError } from '../errors.ts';
import { type AskedOfRun, askedOfRun, fingerprintOfAsked, fingerprintOfRun } from './asked.ts';
import { assertSame, differencesBetween } from './fingerprint.ts';
import {
  assertBaseline,
  measuredAgainst,
  SMALLEST_REGRESSION,
  type StoredComparison,
} from './stored-runs.ts';

/** Stands for the newest run that passed and asked the same. */
const LATEST = 'latest';

/**
 * Reads the runs that a new one may be held against.
 *
 * @param root the project root
 * @param name of a folder below reports/runs; or `latest`: then those that passed, the newest first. One that did not pass is no measure:
 *   else a regression would be the baseline of the next run, which is as slow and would be green
 * @throws ReportError for a run that is not there or cannot be read; LoadTestError `no_baseline`, and as assertBaseline
 */
export async function readBaselines(root: string, name: string): Promise<RunResult[]> {
  if (name !== LATEST) {
    const run = await readRun(runFolder(root, name));
    assertBaseline(run);
    return [run];
  }
  const { entries } = await readHistory(root);
  const passed = entries
    .filter(({ kind, outcome }) => kind === 'capacity' && outcome === 'PASS')
    .toReversed();
  if (passed.length === 0)
    throw new LoadTestError(
      'no_baseline',
      'no capacity run that passed is stored below reports/runs; run it once without --baseline, or bring the folder of such a run there.',
    );
  return Promise.all(passed.map(({ runId }) => readRun(join(root, RUNS_FOLDER, runId))));
}

/**
 * @param baselines from readBaselines, at least one
 * @returns the first of them that asked the same
 * @throws LoadTestError `not_comparable`, that says in what the first one differs, and as assertBaseline
 */
export function baselineFor(baselines: readonly RunResult[], asked: AskedOfRun): RunResult {
  const wanted = fingerprintOfAsked(asked);
  const given = (run: RunResult) => fingerprintOfAsked(askedOfRun(run));
  const [first] = baselines;
  if (!first) throw new Error('there is a baseline.');
  const found = baselines.find((run) => differencesBetween(given(run), wanted).length === 0);
  if (!found) assertSame(`The baseline ${first.runId} and this run`, given(first), wanted);
  const baseline = found ?? first;
  assertBaseline(baseline);
  return baseline;
}

/**
 * Holds a run against an earlier one. A run whose measurement was spoiled has no figure to hold against anything.
 *
 * @param isGate whether a regression fails the run, and one that cannot be excluded leaves it open
 */
export function heldAgainst(baseline: RunResult, result: RunResult, isGate: boolean): RunResult {
  if (isSpoiled(result)) return result;
  const { runId, startedAt, environment } = baseline;
  const differences = differencesBetween(fingerprintOfRun(baseline), fingerprintOfRun(result));
  const compared: StoredComparison =
    differences.length === 0
      ? measuredAgainst(baseline, result)
      : {
          figures: [],
          regressions: [],
          open: [`every figure: the runs differ in ${differences.join(', ')}`],
        };
  const signals = isGate ? [...result.signals, ...gateSignals(runId, compared)] : result.signals;
  return {
    ...result,
    baseline: { ...compared, runId, startedAt, commit: environment.commit },
    signals,
    verdict: decide(signals),
    reproduce: `${result.reproduce} --baseline ${runId}${isGate ? ' --fail-on regression' : ''}`,
  };
}

function gateSignals(runId: string, { regressions, open }: StoredComparison): Signal[] {
  const named = (title: string, found: readonly string[]): string =>
    found.length === 0 ? title : `${title}: ${found.join('; ')}`;
  return [
    signal({
      id: 'regression',
      title: named(`Regressions since ${runId}`, regressions),
      kind: 'objective',
      observed: regressions.length,
      bound: 0,
      comparison: 'at most',
      unit: 'regressions',
      onBreach: 'FAIL',
      why: `A figure is worse when the whole interval of its ratio says so, and the ratio by ${100 * SMALLEST_REGRESSION} % or more.`,
    }),
    signal({
      id: 'regression-not-told',
      title: named(`Figures of which it is open whether they are worse than in ${runId}`, open),
      kind: 'objective',
      observed: open.length,
      bound: 0,
      comparison: 'at most',
      unit: 'figures',
      onBreach: 'INCONCLUSIVE',
      why: 'A gate that too little was seen for does not open: no regression is a finding, and needs as much evidence as one.',
    }),
  ];
}
