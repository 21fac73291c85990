import type { Topology, TopologyAccount } from '../target/index.ts';

const neighbours = (shardId: string): TopologyAccount[] =>
  ['birch', 'cedar', 'damson'].map((id) => ({ id, name: `${id} Ltd`, shardId }));

const acmeOn = (shardId: string): TopologyAccount => ({
  id: 'acme',
  name: 'Acme Wealth LLP',
  shardId,
  domains: ['clients.acme.example'],
});

/** The first account is under test everywhere; only its placement differs (A2, A3). */
export const topologies = {
  shared: {
    name: 'shared',
    shards: [{ id: 'shard-eu-1', binding: 'SHARD_EU_1' }],
    deployments: [{ name: 'shared', shardIds: ['shard-eu-1'] }],
    accounts: [acmeOn('shard-eu-1'), ...neighbours('shard-eu-1')],
  },
  dedicated: {
    name: 'dedicated',
    shards: [
      { id: 'shard-eu-1', binding: 'SHARD_EU_1' },
      { id: 'shard-acme', binding: 'SHARD_ACME' },
    ],
    deployments: [
      { name: 'shared', shardIds: ['shard-eu-1'] },
      { name: 'dedicated', shardIds: ['shard-acme'] },
    ],
    accounts: [acmeOn('shard-acme'), ...neighbours('shard-eu-1')],
  },
} as const satisfies Record<string, Topology>;
