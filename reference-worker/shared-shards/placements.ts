import { randomBytes } from 'node:crypto';
import { mintToken, startPlatform, topologies } from '../local/index.ts';
import type { Placed, Placements } from '../target/index.ts';
import { userId } from './data/index.ts';

/** A day: longer than a load lasts beside which somebody comes with it, and than anybody leaves a platform running to try it. */
const TOKEN_SECONDS = 86_400;

/** The tokens of users, as the identity provider signs them with this secret. */
export const tokensSignedWith =
  (secret: string): Placed['tokenOf'] =>
  (account, user) =>
    mintToken({ secret, account, user: userId(user), ttlSeconds: TOKEN_SECONDS });

const newSecret = (): string => randomBytes(32).toString('base64url');

/** An account among others on a shard, or on a Worker and a shard of its own. */
export const placements: Placements = {
  underTest: 'acme',
  topologies,
  kvCache: 'optional',
  async start(options) {
    const secrets = { jwtSecret: newSecret(), sealSecret: newSecret() };
    const platform = await startPlatform({ ...options, secrets });
    const { jwtSecret } = secrets;
    return { platform, jwtSecret, tokenOf: tokensSignedWith(jwtSecret) };
  },
};
