import { randomBytes } from 'node:crypto';
import type { AccountsPart, Placed, Placements } from '../target/index.ts';
import { userId } from './data/index.ts';
import { aimsOf, startPlatform } from './platform.ts';
import { mintToken } from './token.ts';
import { topologies } from './topologies.ts';

/** A day: longer than a load lasts beside which somebody comes with it, and than anybody leaves a platform running to try it. */
const TOKEN_SECONDS = 86_400;

/** The tokens of users, as the identity provider signs them with this secret. */
export const tokensSignedWith =
  (secret: string): Placed['tokenOf'] =>
  (account, user) =>
    mintToken({ secret, account, user: userId(user), ttlSeconds: TOKEN_SECONDS });

/** Who runs the system makes the accounts; what a user needs is a token, signed with the secret of the Worker that is asked. */
export const accounts: AccountsPart = {
  async open(account) {
    const { JWT_SECRET } = process.env;
    if (JWT_SECRET) return tokensSignedWith(JWT_SECRET)(account, 0);
    throw new Error('JWT_SECRET, with which tokens are signed, is not in the environment');
  },
};

const newSecret = (): string => randomBytes(32).toString('base64url');

/** An account among others on a shard, or on a Worker and a shard of its own. */
export const placements: Placements = {
  underTest: 'acme',
  topologies,
  bindingOf: (shardId) =>
    `SHARD_${shardId
      .replace(/^shard-/, '')
      .toUpperCase()
      .replaceAll(/\W/g, '_')}`,
  kvCache: 'optional',
  aims: aimsOf,
  async start(options) {
    const secrets = { jwtSecret: newSecret(), sealSecret: newSecret() };
    const platform = await startPlatform({ ...options, secrets });
    const { jwtSecret } = secrets;
    return { platform, jwtSecret, tokenOf: tokensSignedWith(jwtSecret) };
  },
};
