import {
  accountNames,
  type Deploy,
  deploymentOf,
  ROLES,
  type Role,
  type Signing,
  type TestAccount,
  type Topology,
} from '../target/index.ts';
import { administrationBy } from './administration.ts';
import { COLLECTIONS, userId } from './data/index.ts';
import { startPlatform } from './platform.ts';
import { mintToken } from './token.ts';

const account = (id: string, shardId: string) => ({ id, name: `${id} Ltd`, shardId });

const SHARD_OF = {
  subject: 'shard-a',
  neighbour: 'shard-a',
  elsewhere: 'shard-b',
  dedicated: 'shard-c',
} as const;

/** One account for each role, on two deployments: `pooled` reaches two shards, `own` reaches one. */
const topologyFor = (names: Readonly<Record<Role, string>>): Topology => ({
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
  accounts: ROLES.map((role) => account(names[role], SHARD_OF[role])),
});

/** Where time stands still one deployment is enough. */
const pooledOnly = ({ shards, deployments, accounts, ...topology }: Topology): Topology => ({
  ...topology,
  shards: shards.slice(0, 2),
  deployments: deployments.slice(0, 1),
  accounts: accounts.slice(0, 3),
});

const SECRETS = { jwtSecret: 'secret-of-the-identity-provider', sealSecret: 'root-of-the-sealing-keys' };
/** Longer than any clock skew in a check: a token that seems to have expired is rightly refused. */
const TOKEN_TTL_SECONDS = 86_400;

const signing: Signing = {
  secret: SECRETS.jwtSecret,
  tokenOf: (id, ttlSeconds) =>
    mintToken({ secret: SECRETS.jwtSecret, account: id, user: userId(0), ttlSeconds }),
};

/** Runs the Worker on its shards, with KV. */
export const deploy: Deploy = async ({ environment, stateDir, behaviour, entry }) => {
  const names = accountNames(behaviour?.seed ?? 1);
  const placed = environment === 'real-time' ? topologyFor(names) : pooledOnly(topologyFor(names));
  const options = { topology: placed, stateDir, kvCache: true, secrets: SECRETS, entry, behaviour };
  const platform = await startPlatform(options);
  const administration = administrationBy(platform.operator, COLLECTIONS);
  const deployments = Object.fromEntries(platform.deployments.map(({ name, urls }) => [name, urls]));
  const roles = ROLES.filter((role) => placed.accounts.some(({ id }) => id === names[role]));
  const accounts = roles.map(async (role): Promise<TestAccount> => {
    const id = names[role];
    const token = await signing.tokenOf(id, TOKEN_TTL_SECONDS);
    return { role, id, token, urls: deployments[deploymentOf(placed, id)] ?? {} };
  });
  const shardOf = (accountId: string): string =>
    placed.accounts.find(({ id }) => id === accountId)?.shardId ?? '';
  return {
    platform,
    accounts: await Promise.all(accounts),
    local: { signing, administration, shardOf, deployments },
    capabilities: ['operator', 'faults', 'kv', 'signing'],
  };
};
