import { html } from 'hono/html';
import type { Evidence } from '../figures.ts';
import {
  formatBytes,
  formatCount,
  formatInstant,
  formatPercent,
  formatQuantity,
  formatSeconds,
} from '../format.ts';
import { facts, type Section, table } from './layout.ts';

export function processes({ processes, environment }: Evidence): Section {
  return {
    id: 'processes',
    title: 'Processes',
    body: html`<p>100 % is one whole core; this machine has ${formatCount(environment.cpuCount)}. The generator, the Worker and the data plane share them.</p>
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

export function configuration({ profile, environment, startedAt, finishedAt }: Evidence): Section {
  const pops = Object.entries(profile.popShares).map(
    ([pop, share]) => `${pop} ${formatPercent(share * 100)}`,
  );
  return {
    id: 'setup',
    title: 'Setup',
    body: html`<h3>Profile</h3>
${facts([
  ['Profile', profile.name],
  ['Seed', String(profile.seed)],
  ['Virtual users asked for', formatCount(profile.virtualUsers)],
  ['Ramp', formatSeconds(profile.rampSeconds)],
  ['Settling', formatSeconds(profile.settleSeconds)],
  ['Hold', formatSeconds(profile.holdSeconds)],
  ['Think time, median', formatSeconds(profile.thinkTimeMedianMs / 1000)],
  ['Think time, log-normal sigma', formatQuantity(profile.thinkTimeSigma, '')],
  ['Choice of clients, Zipf exponent', formatQuantity(profile.zipfExponent, '')],
  ['Users per PoP', pops.map((pop) => html`<span class="together">${pop}</span> `)],
])}
<h3>Environment</h3>
${facts([
  [
    'Commit',
    html`<code>${environment.commit}</code>${environment.uncommittedChanges && ' with uncommitted changes'}`,
  ],
  ['Processor', `${environment.cpuModel}, ${formatCount(environment.cpuCount)} cores`],
  ['Memory', formatBytes(environment.memoryBytes)],
  ['Platform', environment.platform],
  ['Node.js', environment.nodeVersion],
  ['workerd', environment.workerdVersion],
  ['k6', environment.k6Version],
  ['Started', formatInstant(startedAt)],
  ['Finished', formatInstant(finishedAt)],
])}`,
  };
}
