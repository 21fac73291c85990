import { html } from 'hono/html';
import { generatorStatement, MODEL_STATEMENT } from '../../document/content/index.ts';
import type { Evidence } from '../../document/index.ts';
import {
  formatBytes,
  formatCount,
  formatInstant,
  formatPercent,
  formatQuantity,
  formatSeconds,
} from '../../document/index.ts';
import { type Fact, facts, type Html, type Section, table } from '../../render/html/index.ts';
import type { Environment, ScenarioOfRun } from '../../schema/index.ts';

export function processes(evidence: Evidence): Section {
  const { processes, environment } = evidence;
  return {
    id: 'processes',
    title: 'Processes',
    body: html`<p>100 % is one whole core; this machine has ${formatCount(environment.cpuCount)}. Generators, Worker and data plane share them. Generator ${generatorStatement(evidence)}.</p>
${table(
  'Processor and memory use',
  [
    { head: 'Process', cell: ({ name }) => name },
    { head: 'Role', cell: ({ role }) => role },
    { head: 'Mean CPU', cell: ({ meanCpuPercent }) => formatPercent(meanCpuPercent), numeric: true },
    { head: 'Peak CPU', cell: ({ peakCpuPercent }) => formatPercent(peakCpuPercent), numeric: true },
    { head: 'Peak memory', cell: ({ peakMemoryBytes }) => formatBytes(peakMemoryBytes), numeric: true },
  ],
  processes,
)}`,
  };
}

export function topology({ topology }: Evidence): Section {
  const { name, kvCache, shardFileBytes, accounts } = topology;
  return {
    id: 'topology',
    title: 'Accounts and shards',
    body: html`${facts([
      ['Topology', name],
      ['KV cache', kvCache ? 'on' : 'off'],
      ...Object.entries(shardFileBytes).map(
        ([shard, bytes]) => [`File of ${shard}`, formatBytes(bytes)] as const,
      ),
    ])}
${table(
  'Accounts',
  [
    { head: 'Account', cell: ({ id }) => id },
    { head: 'Role', cell: ({ underTest }) => (underTest ? 'under test' : 'neighbour') },
    { head: 'Shard', cell: ({ shardId }) => shardId },
    { head: 'Documents', cell: ({ documents }) => formatCount(documents), numeric: true },
    { head: 'Document bytes', cell: ({ documentBytes }) => formatBytes(documentBytes), numeric: true },
  ],
  accounts,
)}`,
  };
}

export const configuration = (evidence: Evidence): Section => ({
  id: 'setup',
  title: 'Setup',
  body: html`<h3>Scenario</h3>
${scenarioFacts(evidence.scenario)}
<h3>Environment</h3>
${facts([...environmentFacts(evidence.environment), ...timeFacts(evidence)])}`,
});

/** The load as it was asked for, and why. */
export function scenarioFacts(scenario: ScenarioOfRun): Html {
  const pops = Object.entries(scenario.popShares).map(
    ([pop, share]) => `${pop} ${formatPercent(share * 100)}`,
  );
  const counted = (counts: boolean) =>
    scenario.phases.reduce((sum, phase) => sum + (phase.counts === counts ? phase.seconds : 0), 0);
  return html`<p>${scenario.why} ${MODEL_STATEMENT[scenario.model]}</p>
${facts([
  ['Scenario', scenario.name],
  ['Seed', String(scenario.seed)],
  ['Virtual users asked for', formatCount(scenario.virtualUsers)],
  ['Requests/s they would offer', formatCount(scenario.offeredPerSecond)],
  ['Phases', formatCount(scenario.phases.length)],
  ['Planned to count', formatSeconds(counted(true))],
  ['Planned as warm-up', formatSeconds(counted(false))],
  ['Think time, median', formatSeconds(scenario.thinkTimeMedianMs / 1000)],
  ['Think time, log-normal sigma', formatQuantity(scenario.thinkTimeSigma, '')],
  ['Choice of clients, Zipf exponent', formatQuantity(scenario.zipfExponent, '')],
  ['Users per PoP', pops.map((pop) => html`<span class="together">${pop}</span> `)],
])}`;
}

/** The machine and the versions, the same for every kind of run. */
export const environmentFacts = (environment: Environment & { k6Version?: string }): Fact[] => [
  [
    'Commit',
    html`<code>${environment.commit}</code>${environment.uncommittedChanges && ' with uncommitted changes'}`,
  ],
  ['Processor', `${environment.cpuModel}, ${formatCount(environment.cpuCount)} cores`],
  ['Memory', formatBytes(environment.memoryBytes)],
  ['Platform', environment.platform],
  ['Node.js', environment.nodeVersion],
  ['workerd', environment.workerdVersion],
  ...(environment.k6Version === undefined ? [] : [['k6', environment.k6Version] as const]),
];

export const timeFacts = ({ startedAt, finishedAt }: Record<'startedAt' | 'finishedAt', string>): Fact[] => [
  ['Started', formatInstant(startedAt)],
  ['Finished', formatInstant(finishedAt)],
];
