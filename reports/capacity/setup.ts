import { environmentBlock, scenarioBlocks } from '../document/content/index.ts';
import {
  figureColumns,
  formatBytes,
  formatCount,
  formatPercent,
  formatSeconds,
  note,
  type RunEvidence,
  type Section,
  statement,
  table,
  wordColumns,
} from '../document/index.ts';
import type { PlannedFault, ScenarioOfRun } from '../schema/index.ts';
import { generatorStatement } from './load.ts';

/** Which parts of the latencies were modelled, and what the rest is. */
export function modelledStatement({ behaviour, scenario }: RunEvidence): [string, string, ...string[]] {
  const { modelled, latencyProfile } = behaviour;
  if (modelled.length === 0)
    return ['nothing, not even the network to Europe', "every latency is this machine's own"];
  return [
    modelled.join(', '),
    `as in ${latencyProfile.name}; the rest is this machine's own, and the users' network is not there`,
    ...slowMotionStatement(scenario),
  ];
}

const slowMotionStatement = ({ slowMotion }: ScenarioOfRun): string[] =>
  slowMotion === undefined
    ? []
    : [
        `in slow motion: the users and all that is modelled ran ${slowMotion} times as slow, so that this machine's own part of an ` +
          `answer, the Worker's computing included, counts for one in ${slowMotion} of what it was; all times are given as in production`,
      ];

/** What became of a planned fault; one that never fired proves nothing about the target. */
export function faultOutcome({ count }: PlannedFault): string {
  if (count === null) return 'not known whether it fired';
  if (count === 0) return 'never fired';
  return count === 1 ? 'fired once' : `fired ${formatCount(count)} times`;
}

export function modelled({ behaviour }: RunEvidence): Section {
  const { latencyProfile, seed, foreignBookmarks, faults } = behaviour;
  return {
    id: 'modelled',
    title: 'What was modelled',
    folded: true,
    blocks: [
      note("D1 and KV are this machine's, made to behave like Cloudflare's."),
      {
        kind: 'facts',
        facts: [
          ['Latency profile', latencyProfile.name],
          ['In words', latencyProfile.description],
          [
            'Rows read and written',
            'not counted in this run: the local D1 cannot tell how many rows a query scans',
          ],
          ['Bookmarks of another database', foreignBookmarks],
          ['Seed of lags and delays', String(seed)],
        ],
      },
      ...table(
        {
          caption: 'Planned faults',
          columns: [
            ...wordColumns('Fault', 'Kind', 'As planned', 'What became of it'),
            ...figureColumns('First after'),
          ],
          rows: faults.map((fault) => [
            fault.id,
            fault.kind,
            JSON.stringify(fault.parameters),
            { text: faultOutcome(fault), tone: (fault.count ?? 0) > 0 ? 'good' : 'bad' },
            fault.firings[0] ? formatSeconds(fault.firings[0].atMs / 1000) : '–',
          ]),
        },
        { title: 'Planned faults' },
      ),
    ],
  };
}

export const processes = (evidence: RunEvidence): Section => ({
  id: 'processes',
  title: 'Processes',
  folded: true,
  blocks: [
    note(
      `100 % is one whole core; this machine has ${formatCount(evidence.environment.cpuCount)}. Generators, Worker and data plane share them.`,
    ),
    ...statement('Generator', [generatorStatement(evidence)]),
    ...table({
      caption: 'Processor and memory use',
      columns: [...wordColumns('Process', 'Role'), ...figureColumns('Mean CPU', 'Peak CPU', 'Peak memory')],
      rows: evidence.processes.map(({ name, role, meanCpuPercent, peakCpuPercent, peakMemoryBytes }) => [
        ...[name, role, formatPercent(meanCpuPercent), formatPercent(peakCpuPercent)],
        formatBytes(peakMemoryBytes),
      ]),
    }),
  ],
});

/** More tell nobody anything. */
const ACCOUNTS_SHOWN = 50;

export const topology = ({ topology }: RunEvidence): Section => ({
  id: 'topology',
  title: 'Accounts and shards',
  folded: true,
  blocks: [
    {
      kind: 'facts',
      facts: [
        ['Topology', topology.name],
        ['KV cache', topology.kvCache ? 'on' : 'off'],
        ...Object.entries(topology.shardFileBytes).map(
          ([shard, bytes]) => [`File of ${shard}`, formatBytes(bytes)] as const,
        ),
      ],
    },
    ...table({
      caption: 'Accounts',
      columns: [...wordColumns('Account', 'Role', 'Shard'), ...figureColumns('Documents', 'Document bytes')],
      rows: topology.accounts
        .slice(0, ACCOUNTS_SHOWN)
        .map(({ id, underTest, shardId, documents, documentBytes }) => [
          ...[id, underTest ? 'under test' : 'neighbour', shardId],
          ...[formatCount(documents), formatBytes(documentBytes)],
        ]),
    }),
    ...(topology.accounts.length > ACCOUNTS_SHOWN
      ? [
          note(
            `And ${formatCount(topology.accounts.length - ACCOUNTS_SHOWN)} more; result.json has them all.`,
          ),
        ]
      : []),
  ],
});

export const setup = (evidence: RunEvidence): Section => ({
  id: 'setup',
  title: 'Setup',
  folded: true,
  blocks: [...scenarioBlocks(evidence.scenario), environmentBlock(evidence)],
});
