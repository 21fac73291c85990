import { html } from 'hono/html';
import { generatorStatement } from '../../document/content/index.ts';
import type { RunEvidence } from '../../document/index.ts';
import { formatBytes, formatCount, formatPercent } from '../../document/index.ts';
import {
  environmentFacts,
  facts,
  type Section,
  scenarioFacts,
  table,
  timeFacts,
} from '../../render/html/index.ts';

export function processes(evidence: RunEvidence): Section {
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

export function topology({ topology }: RunEvidence): Section {
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

export const configuration = (evidence: RunEvidence): Section => ({
  id: 'setup',
  title: 'Setup',
  body: html`<h3>Scenario</h3>
${scenarioFacts(evidence.scenario)}
<h3>Environment</h3>
${facts([...environmentFacts(evidence.environment), ...timeFacts(evidence)])}`,
});
