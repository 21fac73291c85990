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
  /** Hostnames of its own, beside the one below the base domain. */
  readonly domains?: readonly string[];
}

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
