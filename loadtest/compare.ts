import { badOption, exitCodeOf, type Invocation, WORKSPACE } from '../reports/command/index.ts';
import { COMPARISON } from '../reports/comparison/index.ts';
import { describeEnvironment, leave, prepareToLeave, readRun, runFolder } from '../reports/index.ts';
import {
  compareStoredRuns,
  comparisonCommand,
  comparisonResultOf,
  type ExperimentChoice,
  isOfTargets,
  outcomeOfStored,
  readExperimentChoice,
  readStoredChoice,
  readTargets,
  renderStored,
  runExperiment,
  runTargets,
  type StoredChoice,
  targetsResultOf,
} from './compare/index.ts';
import { findK6 } from './k6-binary/index.ts';
import { assertCleanable, lookBefore } from './remote/index.ts';
import { chosenSubject, type LoadSubject } from './system.ts';

/** `npm run compare`: shared, shared beside a noisy neighbour, or dedicated? Or: is this run slower than that one? */
export async function compare({ given, signal, leaving }: Invocation): Promise<number> {
  const stored = readStoredChoice(given);
  if (stored) {
    const wrong = leaving.out ? 'out' : leaving.json ? 'json' : undefined;
    if (wrong)
      throw badOption(
        wrong,
        'two stored runs are compared on the terminal, and leave no result; leave it out',
      );
    return compareStored(stored);
  }
  const isRemote = isOfTargets(given);
  const subject = await chosenSubject(given);
  if (isRemote) return compareTargets(subject, given, { signal, leaving });
  return comparePlacements(subject, readExperimentChoice(given, subject), { signal, leaving });
}

async function comparePlacements(
  subject: LoadSubject,
  choice: ExperimentChoice,
  { signal, leaving }: Pick<Invocation, 'signal' | 'leaving'>,
): Promise<number> {
  const startedAt = new Date();
  if (choice.leavesOpen !== undefined) process.stderr.write(`compare: ${choice.leavesOpen}\n`);
  prepareToLeave(leaving);
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
  return leave(COMPARISON, result, leaving);
}

/** Two Workers that run somewhere: nothing is started but the load. */
async function compareTargets(
  subject: LoadSubject,
  given: Invocation['given'],
  { signal, leaving }: Pick<Invocation, 'signal' | 'leaving'>,
): Promise<number> {
  const choice = await readTargets(given, subject, signal);
  const { targets, leavesOpen, leaveDocuments } = choice;
  for (const target of targets) assertCleanable(target, leaveDocuments);
  if (leavesOpen !== undefined) process.stderr.write(`compare: ${leavesOpen}\n`);
  const k6 = await findK6(signal);
  prepareToLeave(leaving);
  const startedAt = new Date();
  const doubts: string[] = [];
  for (const target of targets)
    doubts.push(...(await lookBefore(target, signal)).map((doubt) => `${target.url}: ${doubt}`));
  const environment = { ...describeEnvironment(WORKSPACE), k6Version: k6.version };
  const blocks = await runTargets({ ...choice, k6File: k6.file, environment, signal });
  return leave(COMPARISON, targetsResultOf(blocks, choice, { startedAt, environment, doubts }), leaving);
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
