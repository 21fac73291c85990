import { exitCodeOf, type Invocation, WORKSPACE } from '../reports/command/index.ts';
import { comparisonReport, writeComparison } from '../reports/comparison/index.ts';
import {
  appendStepSummary,
  prepareRunsFolder,
  readRun,
  renderConsole,
  renderMarkdown,
  runFolder,
  terminalOf,
} from '../reports/index.ts';
import {
  compareStoredRuns,
  comparisonCommand,
  comparisonResultOf,
  type ExperimentChoice,
  outcomeOfStored,
  readExperimentChoice,
  readStoredChoice,
  renderStored,
  runExperiment,
  type StoredChoice,
} from './compare/index.ts';
import { findK6 } from './k6-binary/index.ts';
import { chosenSubject, type LoadSubject } from './system.ts';

/** `npm run compare`: shared, shared beside a noisy neighbour, or dedicated? Or: is this run slower than that one? */
export async function compare({ given, signal }: Invocation): Promise<number> {
  const stored = readStoredChoice(given);
  if (stored) return compareStored(stored);
  const subject = await chosenSubject(given);
  return comparePlacements(subject, readExperimentChoice(given, subject), signal);
}

async function comparePlacements(
  subject: LoadSubject,
  choice: ExperimentChoice,
  signal: AbortSignal,
): Promise<number> {
  const startedAt = new Date();
  if (choice.leavesOpen !== undefined) process.stderr.write(`compare: ${choice.leavesOpen}\n`);
  prepareRunsFolder(WORKSPACE);
  const k6 = await findK6(signal);
  process.stderr.write(`k6: ${k6.version}, ${k6.source} (${k6.file})\n`);
  const { treatments, scenario, behaviour, behaviourGiven, pairs } = choice;
  const blocks = await runExperiment({
    ...{ subject, treatments, pairs, scenario, behaviour, behaviourGiven, k6, signal },
    root: WORKSPACE,
  });
  const result = comparisonResultOf(blocks, {
    runId: `${startedAt.toISOString().replaceAll(/[:.]/g, '')}-${scenario.name}`,
    startedAt,
    finishedAt: new Date(),
    reproduce: comparisonCommand(choice),
    underTest: subject.placements.underTest,
    ...{ treatments, scenario },
    budgetUsd: choice.control || choice.entry !== undefined ? undefined : choice.budgetUsd,
    isControl: choice.control,
    equivalence: choice.effect,
  });
  await writeComparison(result, { root: WORKSPACE });
  const report = comparisonReport(result);
  await appendStepSummary(renderMarkdown(report), process.env);
  console.log(renderConsole(report, terminalOf(process.stdout)));
  return exitCodeOf[result.verdict.outcome];
}

async function compareStored(choice: StoredChoice): Promise<number> {
  const [baseline, candidate] = await Promise.all(
    [choice.baseline, choice.candidate].map((name) => readRun(runFolder(WORKSPACE, name))),
  );
  if (!baseline || !candidate) throw new Error('two runs were read.');
  const compared = compareStoredRuns(baseline, candidate);
  console.log(renderStored(compared, choice));
  return exitCodeOf[outcomeOfStored(compared)];
}
