/** UK points of presence (B11), each with a socket and an isolate of its own. */
export const POPS = ['LHR', 'MAN', 'EDI'] as const;
export type Pop = (typeof POPS)[number];

/** Which accounts sit on which shard, and which deployment (one Worker script) may reach which shard. */
export interface Topology {
  readonly name: string;
  readonly shards: readonly { readonly id: string; readonly binding: string }[];
  readonly deployments: readonly { readonly name: string; readonly shardIds: readonly string[] }[];
  readonly accounts: readonly TopologyAccount[];
}

export interface TopologyAccount {
  readonly id: string;
  readonly name: string;
  readonly shardId: string;
  readonly domains: readonly string[];
}

const neighbours = (shardId: string): TopologyAccount[] =>
  ['birch', 'cedar', 'damson'].map((id) => ({ id, name: `${id} Ltd`, shardId, domains: [] }));

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

export type TopologyName = 'shared' | 'dedicated';

/** The deployment that serves an account: the one whose Worker binds the account's shard. */
export function deploymentOf(topology: Topology, accountId: string): string {
  const account = topology.accounts.find(({ id }) => id === accountId);
  const deployment = topology.deployments.find(
    ({ shardIds }) => account && shardIds.includes(account.shardId),
  );
  if (!deployment) {
    const known = topology.accounts.map(({ id }) => id).join(', ');
    throw new Error(
      `unknown_account: topology ${topology.name} has no account ${accountId}; choose one of ${known}.`,
    );
  }
  return deployment.name;
}
