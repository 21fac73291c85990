import { shellWord, spelledAsCalled } from '../../reports/command/index.ts';
import { decide, signal } from '../../reports/document/index.ts';
import {
  COMPARISON_SCHEMA_VERSION,
  type ComparedTargets,
  type ComparisonResult,
  type RunResult,
  type Signal,
  type TreatmentComparison,
} from '../../reports/schema/index.ts';
import { mergeLatencies } from '../../reports/statistics/index.ts';
import { askedScenario, systemOption } from '../result/index.ts';
import { sum } from '../sum.ts';
import { boundsOf, comparisonsOf } from './comparisons.ts';
import { type TargetBlock, treatmentAt } from './run-targets.ts';
import { comparisonSignals } from './signals.ts';
import type { TargetsChoice } from './targets.ts';
import { treatmentOf } from './treatment-result.ts';

export interface TargetsFacts {
  readonly startedAt: Date;
  readonly environment: RunResult['environment'];
  /** What takes the proof out of a finding, a sentence each. */
  readonly doubts: readonly string[];
}

/** Assumption: Manchester is four milliseconds behind London, so that a tenth of the users elsewhere moves a mean by half of one. */
const POPS_APART_MAX_PERCENT = 10;
const VERSION = 'whether the same version was deployed from the first block to the last: nobody tells';

/** Puts the blocks of two Workers at their URLs into the comparison schema. Nothing is decided but which figures differ, and how certainly. */
export function targetsResultOf(
  blocks: readonly TargetBlock[],
  choice: TargetsChoice,
  { startedAt, environment, doubts }: TargetsFacts,
): ComparisonResult {
  const { targets, effect } = choice;
  const [{ scenario, plan }] = targets;
  const measured = comparisonSignals(blocks);
  const sound = decide(measured).outcome;
  const bounds = boundsOf(targets.length, effect);
  const plans = targets.map(treatmentAt);
  const names = plans.map(({ name }) => name);
  const comparisons =
    sound === 'PASS' || sound === 'INCONCLUSIVE' ? comparisonsOf(names, blocks, bounds) : [];
  const ofTreatment = (name: string) => blocks.filter(({ treatment }) => treatment.name === name);
  const remote: ComparedTargets = {
    account: plan.account,
    targets: names.map((name) => seenOf(name, ofTreatment(name))),
    doubts: [...doubts],
    notMeasured: [...(blocks[0]?.remote.notMeasured ?? []), VERSION],
  };
  const signals = [
    ...measured,
    popSignal(remote),
    ...(comparisons.length > 0 ? [openSignal(comparisons)] : []),
  ];
  return {
    schemaVersion: COMPARISON_SCHEMA_VERSION,
    runId: `${startedAt.toISOString().replaceAll(/[:.]/g, '')}-${scenario.name}-remote`,
    kind: 'comparison',
    startedAt: startedAt.toISOString(),
    finishedAt: new Date().toISOString(),
    verdict: decide(signals),
    signals,
    reproduce: commandOf(choice),
    environment,
    seed: scenario.seed,
    scenario: askedScenario(scenario),
    remote,
    treatments: plans.map((each) => treatmentOf(each, ofTreatment(each.name), [])),
    ...{ comparisons, bounds, decision: null, noisyNeighbours: [], explanation: [], basis: [] },
  };
}

function seenOf(treatment: string, blocks: readonly TargetBlock[]): ComparedTargets['targets'][number] {
  const series = blocks.flatMap(({ remote }) => remote.series);
  const all = sum(series.map(({ requests }) => requests));
  const connecting = blocks.flatMap(({ remote }) => remote.connecting ?? []);
  const cleaned = blocks.flatMap(({ remote }) => remote.cleanedUp ?? []);
  return {
    treatment,
    pops: [...Map.groupBy(series, ({ pop }) => pop)]
      .map(([pop, those]) => ({ pop, share: sum(those.map(({ requests }) => requests)) / Math.max(1, all) }))
      .toSorted((one, other) => other.share - one.share),
    ...(connecting.length > 0 && { connecting: mergeLatencies(connecting) }),
    cleanedUp:
      cleaned.length < blocks.length
        ? null
        : {
            removed: sum(cleaned.map(({ removed }) => removed)),
            restored: sum(cleaned.map(({ restored }) => restored)),
            left: sum(cleaned.map(({ left }) => left)),
            examples: cleaned.flatMap(({ examples }) => examples).slice(0, 5),
          },
  };
}

/** How differently the two were answered for, by the share of each PoP. */
function popSignal({ targets }: ComparedTargets): Signal {
  const pops = [...new Set(targets.flatMap((target) => target.pops.map(({ pop }) => pop)))];
  const shareOf = (target: ComparedTargets['targets'][number] | undefined, pop: string): number =>
    target?.pops.find((each) => each.pop === pop)?.share ?? 0;
  const apart = pops.map((pop) => Math.abs(shareOf(targets[0], pop) - shareOf(targets[1], pop)));
  return signal({
    id: 'same-pops',
    title: 'Difference of the two in the share of a PoP that answered',
    kind: 'validity',
    observed: 100 * Math.max(...apart),
    bound: POPS_APART_MAX_PERCENT,
    comparison: 'at most',
    unit: '%',
    onBreach: 'INCONCLUSIVE',
    why: 'Who is answered from somewhere else waits for another way, and the difference of two Workers would be one of places.',
  });
}

const openSignal = (comparisons: readonly TreatmentComparison[]): Signal =>
  signal({
    id: 'figures-open',
    title: 'Figures of the two that are not told apart',
    kind: 'validity',
    observed: comparisons.filter(({ verdict }) => verdict === 'not told apart').length,
    bound: 0,
    comparison: 'at most',
    unit: 'figures',
    onBreach: 'INCONCLUSIVE',
    why: 'That no difference was found is no evidence that there is none. More blocks, or longer ones, tell.',
  });

function commandOf({ targets, pairs, effect, leaveDocuments, given }: TargetsChoice): string {
  const [{ scenario }] = targets;
  const { virtualUsers, sizeBytes, seed, phases } = scenario;
  const words = [
    `shardproof compare${systemOption(given)}`,
    ...targets.map(({ url }) => `--target ${shellWord(url)}`),
    ...(given.account === undefined ? [] : [`--account ${shellWord(given.account)}`]),
    `--users ${virtualUsers} --size ${sizeBytes / 1e6}MB --hold ${phases.find(({ counts }) => counts)?.seconds} --seed ${seed}`,
    `--pairs ${pairs} --effect ${effect} --budget ${given.budget}`,
    ...(leaveDocuments ? ['--leave-documents'] : []),
  ];
  return spelledAsCalled(words.join(' '));
}
