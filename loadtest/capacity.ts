import { join } from 'node:path';
import { seedShards } from '../fixtures/index.ts';
import { topologies } from '../reference-worker/local/index.ts';
import { exitCodeOf, type Invocation, WORKSPACE } from '../reports/command/index.ts';
import {
  appendStepSummary,
  describeEnvironment,
  prepareRunsFolder,
  renderConsole,
  renderMarkdown,
  writeRun,
} from '../reports/index.ts';
import { findK6 } from './k6-binary/find-k6.ts';
import { assertOutputs, outputFromCaller } from './k6-binary/outputs.ts';
import { measure } from './measure.ts';
import { readCapacityOptions } from './options.ts';
import { sensitivityOf } from './queue-model/index.ts';
import { resultOf } from './result/index.ts';
import { askedByPeople } from './scenarios/index.ts';
import { planShards } from './seeding.ts';

const STATE_ROOT = join(WORKSPACE, '.shardproof');
const UNDER_TEST = 'acme';

/** `npm run capacity`: can this account live on this shard, safely and fast enough? */
export async function capacity({ given, signal }: Invocation): Promise<number> {
  const options = readCapacityOptions(given);
  const startedAt = new Date();
  const topology = topologies[options.topology];
  const planned = planShards(topology, UNDER_TEST, options.scenario, join(STATE_ROOT, 'seeds'));
  const k6 = await findK6(signal);
  process.stderr.write(`k6: ${k6.version}, ${k6.source} (${k6.file})\n`);
  const k6Outputs = options.k6Outputs.map(outputFromCaller);
  await assertOutputs(k6.file, k6Outputs);
  prepareRunsFolder(WORKSPACE);
  const shards = await seedShards(planned, signal);
  const evidence = await measure({
    topology,
    underTest: UNDER_TEST,
    scenario: options.scenario,
    kvCache: options.kvCache,
    plane: options.plane,
    k6File: k6.file,
    generators: options.generators,
    dashboard: options.dashboard,
    k6Outputs,
    shards,
    stateDir: join(STATE_ROOT, 'state', options.topology),
    signal,
  });
  const { modelled, scenario } = evidence;
  const asked = askedByPeople(scenario, scenario.peopleAtWork ?? scenario.virtualUsers);
  const sensitivity = modelled ? await sensitivityOf(modelled, scenario, asked) : null;
  const result = resultOf(evidence, {
    sensitivity,
    runId: `${startedAt.toISOString().replaceAll(/[:.]/g, '')}-${options.scenario.name}`,
    startedAt,
    finishedAt: new Date(),
    environment: { ...describeEnvironment(WORKSPACE), k6Version: k6.version },
    topology,
    underTest: UNDER_TEST,
    kvCache: options.kvCache,
    planeGiven: options.planeGiven,
    objectivesFile: options.objectivesFile,
    generators: options.generators,
    k6Outputs: options.k6Outputs,
    dashboard: options.dashboard,
    shards,
  });
  await writeRun(result, { root: WORKSPACE });
  await appendStepSummary(renderMarkdown(result), process.env);
  console.log(renderConsole(result, { colour: process.stdout.hasColors?.() ?? false }));
  return exitCodeOf[result.verdict.outcome];
}
