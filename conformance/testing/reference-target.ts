import type { Platform } from '../../reference-worker/local/index.ts';
import { freshFolder } from '../../reference-worker/local/testing/fresh-folder.ts';
import { type PlatformOptions, startPlatform } from '../../reference-worker/shared-shards/platform.ts';
import { mintToken } from '../../reference-worker/shared-shards/token.ts';
import { topologies } from '../../reference-worker/shared-shards/topologies.ts';

const SECRETS = { jwtSecret: 'secret-of-the-identity-provider', sealSecret: 'root-of-the-sealing-keys' };
/** Longer than any clock skew in a test: a token that seems to have expired is rightly refused. */
const TOKEN_TTL_SECONDS = 86_400;

export interface ReferenceTarget {
  readonly platform: Platform;
  /** In LHR. */
  readonly url: string;
  /** Of a user of the account `acme`. */
  readonly authorization: string;
}

/** The reference Worker, or one around it, on a shared shard and with KV. */
export async function startReference(
  options: Pick<PlatformOptions, 'behaviour' | 'entry'> = {},
): Promise<ReferenceTarget> {
  const platform = await startPlatform({
    ...options,
    topology: topologies.shared,
    stateDir: freshFolder(),
    kvCache: true,
    secrets: SECRETS,
  });
  const token = await mintToken({
    secret: SECRETS.jwtSecret,
    account: 'acme',
    user: 'us-00001',
    ttlSeconds: TOKEN_TTL_SECONDS,
  });
  const url = platform.deployments[0]?.urls.LHR ?? '';
  return { platform, url, authorization: `Bearer ${token}` };
}
