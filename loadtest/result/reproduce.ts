import type { SystemChoice } from '../../reference-worker/target/index.ts';
import { shellWord, spelledAsCalled } from '../../reports/command/index.ts';
import { durationSecondsOf, type Scenario, shapes } from '../scenarios/index.ts';
import type { Evidence } from '../verdict/index.ts';
import type { RunFacts } from './facts.ts';

/** The one command that repeats a run; what is as the scenario has it is left out. */
export function commandFor(
  { scenario, behaviour }: Pick<Evidence, 'scenario' | 'behaviour'>,
  facts: Pick<
    RunFacts,
    | 'systemGiven'
    | 'topology'
    | 'kvCache'
    | 'behaviourGiven'
    | 'objectivesFile'
    | 'rate'
    | 'generators'
    | 'k6Outputs'
    | 'dashboard'
    | 'predicts'
    | 'tenants'
  >,
): string {
  const {
    tenants,
    systemGiven,
    topology,
    kvCache,
    behaviourGiven,
    objectivesFile,
    rate,
    generators,
    k6Outputs,
    dashboard,
    predicts,
  } = facts;
  const { maxRowsPerOperation } = scenario;
  const words = [
    `shardproof capacity${systemOption(systemGiven)} --scenario ${scenario.name}`,
    ...(tenants
      ? [
          `--tenants ${shellWord(tenants.file)}`,
          ...tenants.moves.map(({ tenant, shard }) => `--what-if ${tenant}=${shard}`),
          `${holdOf(scenario)}${slowMotionOf(scenario)} --seed ${scenario.seed}`.trimStart(),
        ]
      : [
          `${usersOf(scenario)}${sizeOf(scenario)}${holdOf(scenario)}${slowMotionOf(scenario)} --seed ${scenario.seed} --topology ${topology.name}`.trimStart(),
        ]),
    ...(kvCache ? ['--kv'] : []),
    ...(behaviourGiven === 'instant' ? [] : [`--latency ${shellWord(behaviourGiven)}`]),
    `--read-replication ${behaviour.readReplication}`,
    ...(objectivesFile === undefined ? [] : [`--objectives ${shellWord(objectivesFile)}`]),
    ...(rate === undefined ? [] : [`--rate ${shellWord(rate.file)}`]),
    ...(maxRowsPerOperation === undefined ? [] : [`--max-rows-per-operation ${maxRowsPerOperation}`]),
    ...(predicts ? ['--predict'] : []),
    ...(generators === 1 ? [] : [`--generators ${generators}`]),
    ...(dashboard ? ['--dashboard'] : []),
    ...k6Outputs.map((output) => `--k6-out ${shellWord(output)}`),
  ];
  return spelledAsCalled(words.join(' '));
}

const slowMotionOf = ({ slowMotion }: Scenario): string =>
  slowMotion === 1 ? '' : ` --slow-motion ${slowMotion}`;

/** What names the system, where something did. */
export const systemOption = ({ system, config }: SystemChoice): string =>
  [
    ...(system === undefined ? [] : [` --system ${shellWord(system)}`]),
    ...(config === undefined ? [] : [` --config ${shellWord(config)}`]),
  ].join('');

/** Of a ladder only when they were given: they are also how many people it must sustain. */
function usersOf({ name, virtualUsers, peopleAtWork }: Scenario): string {
  const { step } = shapes;
  const isAsItIs =
    name === step.name && virtualUsers === step.virtualUsers && peopleAtWork === step.peopleAtWork;
  return isAsItIs ? '' : ` --users ${virtualUsers}`;
}

/** Exact, where a rounded size would make other documents. */
const sizeOf = ({ sizeBytes, accounts }: Scenario): string => {
  if (accounts) return '';
  return ` --size ${sizeBytes % 1e9 === 0 ? `${sizeBytes / 1e9}GB` : `${sizeBytes / 1e6}MB`}`;
};

/** The option sets every phase that counts to one length. */
function holdOf(scenario: Scenario): string {
  const original = Object.values(shapes).find(({ name }) => name === scenario.name);
  if (original && durationSecondsOf(original) === durationSecondsOf(scenario)) return '';
  return ` --hold ${scenario.phases.find(({ counts }) => counts)?.seconds}`;
}
