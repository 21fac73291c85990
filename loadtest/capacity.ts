import { DATA_SETS, seedShards, stateFolder } from '../fixtures/index.ts';
import { type Invocation, WORKSPACE } from '../reports/command/index.ts';
import { CAPACITY, describeEnvironment, leave, prepareToLeave } from '../reports/index.ts';
import { capacityOfTarget, givenOfTarget } from './capacity-remote.ts';
import { type AskedOfRun, baselineFor, heldAgainst, readBaselines } from './compare/index.ts';
import { assertOutputs, findK6, outputFromCaller } from './k6-binary/index.ts';
import { measure } from './measure.ts';
import { type CapacityOptions, readCapacityOptions } from './options.ts';
import { sensitivityOf } from './queue-model/index.ts';
import { askedScenario, behaviourOf, resultOf } from './result/index.ts';
import { askedByPeople } from './scenarios/index.ts';
import { planShards, planTenants } from './seeding.ts';
import { chosenSubject } from './system.ts';

/** `npm run capacity`: can this account live on this shard, safely and fast enough? */
export async function capacity({ given, signal, leaving }: Invocation): Promise<number> {
  const ofTarget = givenOfTarget(given);
  const described = await chosenSubject(given);
  if (ofTarget) return capacityOfTarget(ofTarget, described, { signal, leaving });
  const options = readCapacityOptions(given, described);
  prepareToLeave(leaving);
  const startedAt = new Date();
  const { topology, tenants } = options;
  const subject = tenants
    ? { ...described, placements: { ...described.placements, underTest: tenants.underTest } }
    : described;
  const planned = tenants
    ? planTenants(subject, tenants, options.scenario.seed, DATA_SETS)
    : planShards(subject, topology, options.scenario, DATA_SETS);
  const baselines = options.baseline && (await readBaselines(WORKSPACE, options.baseline.name));
  const k6 = await findK6(signal);
  process.stderr.write(`k6: ${k6.version}, ${k6.source} (${k6.file})\n`);
  const k6Outputs = options.k6Outputs.map(outputFromCaller);
  await assertOutputs(k6.file, k6Outputs);
  const baseline = baselines && baselineFor(baselines, askedBy(options, k6));
  const shards = await seedShards(planned, signal);
  const evidence = await measure({
    subject,
    topology,
    scenario: options.scenario,
    kvCache: options.kvCache,
    behaviour: options.behaviour,
    k6File: k6.file,
    generators: options.generators,
    dashboard: options.dashboard,
    k6Outputs,
    shards,
    others: tenants?.others,
    stateDir: stateFolder(subject.system, topology.name),
    signal,
  });
  const { modelled, scenario } = evidence;
  const asked = askedByPeople(scenario, scenario.peopleAtWork ?? scenario.virtualUsers);
  const sensitivity = modelled ? sensitivityOf(modelled, scenario, asked) : null;
  const result = resultOf(evidence, {
    sensitivity,
    runId: `${startedAt.toISOString().replaceAll(/[:.]/g, '')}-${options.scenario.name}`,
    startedAt,
    finishedAt: new Date(),
    environment: environmentOf(k6),
    system: subject.system.name,
    systemGiven: options.systemGiven,
    topology,
    underTest: subject.placements.underTest,
    kvCache: options.kvCache,
    behaviourGiven: options.behaviourGiven,
    objectivesFile: options.objectivesFile,
    rate: options.rate,
    predicts: options.predicts,
    generators: options.generators,
    k6Outputs: options.k6Outputs,
    dashboard: options.dashboard,
    shards,
    tenants,
  });
  const held = baseline ? heldAgainst(baseline, result, options.baseline?.isGate === true) : result;
  return leave(CAPACITY, held, leaving);
}

type K6 = Awaited<ReturnType<typeof findK6>>;

const environmentOf = (k6: K6) => ({ ...describeEnvironment(WORKSPACE), k6Version: k6.version });

/** What the result is going to say of what was asked. */
const askedBy = (
  { scenario, topology, kvCache, behaviour, generators, tenants }: CapacityOptions,
  k6: K6,
): AskedOfRun => ({
  environment: environmentOf(k6),
  scenario: askedScenario(scenario),
  topology: { name: topology.name, kvCache },
  behaviour: behaviourOf({ behaviour, faultReports: undefined }, { kvCache }),
  generators,
  tenants: tenants?.tenants,
});
