import type { Topology } from '../local/index.ts';
import type { Role } from './target.ts';

const account = (id: string, shardId: string) => ({ id, name: `${id} Ltd`, shardId, domains: [] });

/**
 * One account for each role, on two deployments: `pooled` reaches two shards, `own` reaches one. Names that are the beginning or
 * the end of another, and that sort on both sides of it, show where a part of a name or an order stands for the name.
 */
export const topology = {
  name: 'conformance',
  shards: [
    { id: 'shard-a', binding: 'SHARD_A' },
    { id: 'shard-b', binding: 'SHARD_B' },
    { id: 'shard-c', binding: 'SHARD_C' },
  ],
  deployments: [
    { name: 'pooled', shardIds: ['shard-a', 'shard-b'] },
    { name: 'own', shardIds: ['shard-c'] },
  ],
  accounts: [
    account('alder', 'shard-a'),
    account('alder-2', 'shard-a'),
    account('old-alder', 'shard-b'),
    account('acorn', 'shard-c'),
  ],
} as const satisfies Topology;

export const ACCOUNT_OF: Readonly<Record<Role, (typeof topology.accounts)[number]['id']>> = {
  subject: 'alder',
  neighbour: 'alder-2',
  elsewhere: 'old-alder',
  dedicated: 'acorn',
};

/** Where time stands still one deployment is enough. */
export const pooledTopology: Topology = {
  ...topology,
  shards: topology.shards.slice(0, 2),
  deployments: topology.deployments.slice(0, 1),
  accounts: topology.accounts.slice(0, 3),
};
