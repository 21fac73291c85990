import { deploymentOf, mintToken, startPlatform, type Topology } from '../local/index.ts';
import { type Deploy, ROLES, type Role, type TestAccount } from '../target/index.ts';

const account = (id: string, shardId: string) => ({ id, name: `${id} Ltd`, shardId, domains: [] });

/**
 * One account for each role, on two deployments: `pooled` reaches two shards, `own` reaches one. Names that are the beginning or
 * the end of another, and that sort on both sides of it, show where a part of a name or an order stands for the name.
 */
const topology = {
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

const ACCOUNT_OF: Readonly<Record<Role, (typeof topology.accounts)[number]['id']>> = {
  subject: 'alder',
  neighbour: 'alder-2',
  elsewhere: 'old-alder',
  dedicated: 'acorn',
};

/** Where time stands still one deployment is enough. */
const pooledTopology: Topology = {
  ...topology,
  shards: topology.shards.slice(0, 2),
  deployments: topology.deployments.slice(0, 1),
  accounts: topology.accounts.slice(0, 3),
};

const SECRETS = { jwtSecret: 'secret-of-the-identity-provider', sealSecret: 'root-of-the-sealing-keys' };
/** Longer than any clock skew in a check: a token that seems to have expired is rightly refused. */
const TOKEN_TTL_SECONDS = 86_400;

/** Runs the Worker on its shards, with KV. */
export const deploy: Deploy = async ({ environment, stateDir, behaviour, entry }) => {
  const placed = environment === 'real-time' ? topology : pooledTopology;
  const options = { topology: placed, stateDir, kvCache: true, secrets: SECRETS, entry, behaviour };
  const platform = await startPlatform(options);
  const deployments = Object.fromEntries(platform.deployments.map(({ name, urls }) => [name, urls]));
  const roles = ROLES.filter((role) => placed.accounts.some(({ id }) => id === ACCOUNT_OF[role]));
  const accounts = roles.map(async (role): Promise<TestAccount> => {
    const id = ACCOUNT_OF[role];
    const claims = { account: id, user: 'us-00001', ttlSeconds: TOKEN_TTL_SECONDS };
    const token = await mintToken({ secret: SECRETS.jwtSecret, ...claims });
    return { role, id, token, urls: deployments[deploymentOf(placed, id)] ?? {} };
  });
  const shardOf = (accountId: string): string =>
    placed.accounts.find(({ id }) => id === accountId)?.shardId ?? '';
  return {
    platform,
    accounts: await Promise.all(accounts),
    local: { secrets: SECRETS, shardOf, deployments },
    capabilities: ['operator', 'faults', 'kv', 'signing'],
  };
};
