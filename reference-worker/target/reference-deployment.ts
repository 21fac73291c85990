import { deploymentOf, mintToken, startPlatform } from '../local/index.ts';
import type { Deployment } from './deployment.ts';
import { ROLES, type TestAccount } from './target.ts';
import { ACCOUNT_OF, pooledTopology, topology } from './topology.ts';

const SECRETS = { jwtSecret: 'secret-of-the-identity-provider', sealSecret: 'root-of-the-sealing-keys' };
/** Longer than any clock skew in a check: a token that seems to have expired is rightly refused. */
const TOKEN_TTL_SECONDS = 86_400;

/** The reference Worker, or one that is bound as it is, on its shards. @param entry the Worker's source file */
export const referenceDeployment =
  (entry?: string): Deployment =>
  async ({ environment, stateDir, plane }) => {
    const placed = environment === 'real-time' ? topology : pooledTopology;
    const options = { topology: placed, stateDir, kvCache: true, secrets: SECRETS, entry, plane };
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
