import { DATA_SETS, type SeededShard, seedShards, stateFolder } from '../../fixtures/index.ts';
import type { Behaviour } from '../../reference-worker/target/index.ts';
import { timeLeft } from '../../reports/command/index.ts';
import type { RunResult } from '../../reports/schema/index.ts';
import { describeEnvironment } from '../../reports/store/index.ts';
import { resultOf } from '../result/index.ts';
import type { Scenario } from '../scenarios/index.ts';
import { planShards } from '../seeding.ts';
import type { LoadSubject } from '../system.ts';
import { assertSame, type Fingerprint, fingerprintOf, sourcesOf, uncommittedChanges } from './fingerprint.ts';
import type { NeighbourTally } from './neighbours/index.ts';
import { blockOrder, type PlannedBlock } from './order.ts';
import { runBlock } from './run-block.ts';
import type { TreatmentPlan } from './treatments.ts';

export interface ExperimentOptions {
  readonly subject: LoadSubject;
  readonly treatments: readonly TreatmentPlan[];
  /** Blocks of each treatment. */
  readonly pairs: number;
  readonly scenario: Scenario;
  readonly behaviour: Behaviour;
  /** What --latency was given. */
  readonly behaviourGiven: string;
  readonly k6: { readonly file: string; readonly version: string };
  /** The project root. */
  readonly root: string;
  readonly signal: AbortSignal;
}

/** What of a block is compared, wherever it ran. */
export interface ComparedBlock {
  readonly treatment: Pick<TreatmentPlan, 'name' | 'neighbour'> & {
    readonly topology: Pick<TreatmentPlan['topology'], 'name'>;
  };
  /** The pair that it belongs to, from 0. */
  readonly round: number;
  /** Its place among all blocks, from 1. */
  readonly order: number;
  readonly fingerprint: Fingerprint;
  readonly result: Pick<
    RunResult,
    | 'startedAt'
    | 'verdict'
    | 'signals'
    | 'scenario'
    | 'load'
    | 'operations'
    | 'total'
    | 'databases'
    | 'serviceParts'
    | 'verification'
    | 'headroom'
  >;
  readonly neighbour: NeighbourTally | undefined;
}

/** One block, measured on this machine. */
export interface MeasuredBlock extends ComparedBlock {
  readonly treatment: TreatmentPlan;
  /** What `npm run capacity` would have written about it. */
  readonly result: RunResult;
}

/**
 * Runs all blocks of a comparison, one after the other, and tells on stderr how far it is. It ends at the first block that
 * could not be compared with the first.
 *
 * @throws LoadTestError `not_comparable` when commit, changes, machine or versions change on the way; what runBlock throws
 */
export async function runExperiment(options: ExperimentOptions): Promise<MeasuredBlock[]> {
  const { subject, treatments, pairs, signal } = options;
  const shardsOf = new Map<string, SeededShard[]>();
  for (const { name, topology } of treatments) {
    const planned = planShards(subject, topology, options.scenario, DATA_SETS);
    shardsOf.set(name, await seedShards(planned, signal));
  }
  const planned = blockOrder(treatments, pairs);
  const blocks: MeasuredBlock[] = [];
  const startedAtMs = Date.now();
  for (const block of planned) {
    const left = timeLeft(startedAtMs, blocks.length / planned.length);
    const name = `${block.treatment.name}, pair ${block.round + 1} of ${pairs}`;
    process.stderr.write(`compare: block ${blocks.length + 1} of ${planned.length}: ${name}, ${left}\n`);
    const measured = await measureBlock(
      block,
      blocks.length + 1,
      shardsOf.get(block.treatment.name) ?? [],
      options,
    );
    const [first] = blocks;
    if (first) assertSame(`Blocks 1 and ${measured.order}`, first.fingerprint, measured.fingerprint);
    const spoiled = measured.result.verdict;
    if (spoiled.outcome === 'VOID') process.stderr.write(`compare: this block is void: ${spoiled.reason}\n`);
    blocks.push(measured);
  }
  return blocks;
}

async function measureBlock(
  { treatment, round }: PlannedBlock<TreatmentPlan>,
  order: number,
  shards: readonly SeededShard[],
  { subject, scenario, behaviour, behaviourGiven, k6, root, signal }: ExperimentOptions,
): Promise<MeasuredBlock> {
  const startedAt = new Date();
  const environment = { ...describeEnvironment(root), k6Version: k6.version };
  const fingerprint = fingerprintOf(environment, sourcesNow(root, subject), behaviour, scenario);
  const stateDir = stateFolder(subject.system, `compare-${treatment.topology.name}`);
  const { evidence, neighbour } = await runBlock(treatment, {
    ...{ subject, scenario, behaviour, shards, stateDir, signal },
    k6File: k6.file,
  });
  const result = resultOf(evidence, {
    runId: `block-${order}`,
    startedAt,
    finishedAt: new Date(),
    environment,
    system: subject.system.name,
    systemGiven: {},
    topology: treatment.topology,
    underTest: subject.placements.underTest,
    kvCache: subject.placements.kvCache === 'always',
    behaviourGiven,
    objectivesFile: undefined,
    k6Outputs: [],
    dashboard: false,
    generators: 1,
    shards,
    sensitivity: null,
  });
  return { treatment, round, order, fingerprint, result, neighbour };
}

const sourcesNow = (root: string, { system: { folder } }: LoadSubject) => ({
  changes: uncommittedChanges(root),
  sources: folder === undefined ? 'none' : sourcesOf(folder),
});
