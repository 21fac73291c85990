import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { SeededShard } from '../fixtures/index.ts';
import type { Plane } from '../reference-worker/local/data-plane/plane.ts';
import { startPlatform } from '../reference-worker/local/platform.ts';
import { deploymentOf, type Topology } from '../reference-worker/local/topology.ts';
import { bundleScript } from './bundle-script.ts';
import { drive } from './drive.ts';
import { writePlan } from './plan.ts';
import type { Profile } from './profiles.ts';
import { placeShards } from './seeding.ts';
import type { Evidence } from './signals.ts';

export interface Measurement {
  readonly topology: Topology;
  /** The account that the virtual users belong to. */
  readonly underTest: string;
  readonly profile: Profile;
  readonly kvCache: boolean;
  /** How D1 and KV behave; its clock is a real one. */
  readonly plane: Plane;
  readonly k6File: string;
  readonly shards: readonly SeededShard[];
  /** Where databases, logs and the k6 script go; one measurement at a time. */
  readonly stateDir: string;
  readonly signal: AbortSignal;
  /** The Worker's source file; the reference Worker unless told otherwise. */
  readonly entry?: string;
}

/**
 * Serves a fresh copy of the seed to k6 until it is done; nothing is left running.
 *
 * @throws PlatformError, FixtureError, LoadTestError, or the reason of `signal`
 */
export async function measure(measurement: Measurement): Promise<Evidence> {
  const { topology, underTest, profile, kvCache, plane, k6File, shards, stateDir, signal, entry } =
    measurement;
  await placeShards(shards, stateDir, signal);
  const secrets = { jwtSecret: newSecret(), sealSecret: newSecret() };
  const platform = await startPlatform({ topology, stateDir, kvCache, secrets, plane, entry });
  try {
    signal.throwIfAborted();
    const deployment = platform.deployments.find(({ name }) => name === deploymentOf(topology, underTest));
    const account = shards.flatMap(({ plans }) => plans).find((plan) => plan.account === underTest);
    if (!deployment || !account) throw new Error(`topology ${topology.name} does not place ${underTest}.`);
    const planFile = join(stateDir, 'plan.json');
    writePlan(planFile, account, profile, deployment.urls);
    const script = join(stateDir, 'journey.js');
    await bundleScript(script);
    const observations = await drive({
      platform,
      profile,
      k6File,
      script,
      planFile,
      jwtSecret: secrets.jwtSecret,
      signal,
    });
    // A data plane that has died says nothing any more; that it died is told elsewhere.
    const faultReports = await platform.plane.faultReports().catch(() => undefined);
    return { ...observations, plane, faultReports };
  } finally {
    await platform.stop();
  }
}

const newSecret = (): string => randomBytes(32).toString('base64url');
