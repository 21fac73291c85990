import { relative } from 'node:path';
import type { CleanUp } from '../reference-worker/target/index.ts';
import { exitCodeOf, type Invocation, WORKSPACE } from '../reports/command/index.ts';
import { CONFORMANCE, writeConformanceRun } from '../reports/conformance/index.ts';
import { prepareToLeave, show } from '../reports/index.ts';
import type { ConformanceResult } from '../reports/schema/index.ts';
import { CHECKS } from './checks/index.ts';
import {
  type ConformanceOptions,
  describeChecks,
  type Prepared,
  prepareRun,
  readConformanceOptions,
  runOnce,
  showProgress,
  tellGitHub,
} from './run/index.ts';

/** Does this Worker keep its guarantees? @returns the exit code */
export async function conformance({ given, signal, leaving }: Invocation): Promise<number> {
  const options = readConformanceOptions(given, CHECKS);
  if (options.list) {
    console.log(describeChecks(options.checks));
    return 0;
  }
  const prepared = await prepareRun(options);
  try {
    prepareToLeave(leaving);
    return await runAll(options, prepared, { signal, leaving });
  } finally {
    prepared.remove();
  }
}

/** The report is of the last run: the first that did not pass, or one of many alike. */
async function runAll(
  options: ConformanceOptions,
  prepared: Prepared,
  { signal, leaving }: Pick<Invocation, 'signal' | 'leaving'>,
): Promise<number> {
  const { runs } = options;
  for (let run = 1; ; run += 1) {
    const { line, onOutcome } = showProgress(options.checks.length);
    const seed = options.seed + run - 1;
    const onCleanUp = (cleanUp: CleanUp): void => {
      if (signal.aborted)
        line.fail(`interrupted: ${cleanUp.removed} documents removed, ${cleanUp.left.length} left`);
    };
    const { result, attachments } = await runOnce({ ...options, seed }, prepared, {
      signal,
      onOutcome,
      onCleanUp,
    });
    line.done(`${result.checks.length} checks`);
    const { outcome } = result.verdict;
    if (runs > 1 && !leaving.json) console.log(`run ${run} of ${runs}, seed ${seed}: ${summary(result)}`);
    if (run < runs && outcome === 'PASS') continue;
    const folder = await writeConformanceRun(result, attachments, { root: WORKSPACE, folder: leaving.out });
    for (const line of await tellGitHub(result, process.env)) if (!leaving.json) console.log(line);
    if (runs === 1 || outcome !== 'PASS' || leaving.json)
      show(CONFORMANCE, result, { ...leaving, attachments });
    else console.log(`${runs} runs passed. The last one is in ${relative('.', folder)}.`);
    return exitCodeOf[outcome];
  }
}

function summary({ verdict, checks, startedAt, finishedAt }: ConformanceResult): string {
  const passed = checks.filter((check) => check.verdict === 'PASS').length;
  const seconds = (Date.parse(finishedAt) - Date.parse(startedAt)) / 1_000;
  return `${verdict.outcome}, ${passed} of ${checks.length} checks passed, ${seconds.toFixed(1)} s`;
}
