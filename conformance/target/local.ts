import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  deploymentOf,
  mintToken,
  POPS,
  startPlatform,
  whileStepping,
} from '../../reference-worker/local/index.ts';
import type { Adapter } from '../contract/index.ts';
import { laggingPlane } from './lagging-plane.ts';
import { lackOf } from './needs.ts';
import { type LocalPlatform, ROLES, type Target, type TestAccount } from './target.ts';
import { ACCOUNT_OF, pooledTopology, topology } from './topology.ts';
import { send } from './transport.ts';

export interface LocalOptions {
  readonly adapter: Adapter;
  readonly world: 'calm' | 'lagging';
  readonly seed: number;
  /** The Worker's source file; the reference Worker unless told otherwise. */
  readonly entry?: string | undefined;
}

export interface StartedTarget {
  readonly target: Target;
  /** Ends its processes and removes its files. */
  stop(): Promise<void>;
}

const CAPABILITIES = {
  calm: ['operator', 'faults', 'kv', 'signing'],
  lagging: ['operator', 'faults', 'kv', 'signing', 'lag'],
} as const;
const SECRETS = { jwtSecret: 'secret-of-the-identity-provider', sealSecret: 'root-of-the-sealing-keys' };
/** Longer than any clock skew in a check: a token that seems to have expired is rightly refused. */
const TOKEN_TTL_SECONDS = 86_400;
/** Short against the lags, so that an answer that should have waited comes too early to be right. */
const STEP_MS = 100;

/** Starts a Worker that is bound as the reference Worker is, on the local platform. @throws PlatformError */
export async function startLocal({ adapter, world, seed, entry }: LocalOptions): Promise<StartedTarget> {
  const stateDir = mkdtempSync(join(tmpdir(), 'shardproof-conformance-'));
  const placed = world === 'calm' ? topology : pooledTopology;
  const platform = await startPlatform({
    topology: placed,
    stateDir,
    kvCache: true,
    secrets: SECRETS,
    entry,
    plane: world === 'calm' ? { seed } : laggingPlane(seed),
  });
  const deployments = Object.fromEntries(platform.deployments.map(({ name, urls }) => [name, urls]));
  const accounts = ROLES.filter((role) => placed.accounts.some(({ id }) => id === ACCOUNT_OF[role])).map(
    async (role): Promise<TestAccount> => {
      const id = ACCOUNT_OF[role];
      const claims = {
        secret: SECRETS.jwtSecret,
        account: id,
        user: 'us-00001',
        ttlSeconds: TOKEN_TTL_SECONDS,
      };
      return { role, id, token: await mintToken(claims), urls: deployments[deploymentOf(placed, id)] ?? {} };
    },
  );
  const local: LocalPlatform = {
    platform,
    secrets: SECRETS,
    shardOf: (accountId) => placed.accounts.find(({ id }) => id === accountId)?.shardId ?? '',
    deployments,
  };
  const known = await Promise.all(accounts);
  const target: Target = {
    world,
    adapter,
    accounts: known,
    pops: POPS,
    lacks: (need) => lackOf(need, { capabilities: CAPABILITIES[world], accounts: known, adapter }),
    send,
    settle: (work) => (world === 'calm' ? work : whileStepping(platform.plane, work, STEP_MS)),
    platform: local,
  };
  const stop = async (): Promise<void> => {
    await platform.stop();
    // Force: a second call finds nothing left.
    rmSync(stateDir, { recursive: true, force: true });
  };
  return { target, stop };
}
