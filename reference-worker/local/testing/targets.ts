import { join } from 'node:path';
import { type Platform, type PlatformOptions, startPlatform } from '../platform.ts';
import { topologies } from '../topology.ts';
import { freshFolder } from './fresh-folder.ts';
import { startMiniflare } from './miniflare.ts';

const PROBE_WORKER = join(import.meta.dirname, 'probe-worker.ts');
export const SECRETS = { jwtSecret: 'jwt-secret', sealSecret: 'seal "secret" \\ with\nescapes' };

/** The probe Worker on a shared shard, without KV. */
export const probeOptions = (stateDir: string): PlatformOptions => ({
  topology: topologies.shared,
  stateDir,
  kvCache: false,
  secrets: SECRETS,
  entry: PROBE_WORKER,
});

export const startProbePlatform = (stateDir = freshFolder()): Promise<Platform> =>
  startPlatform({ ...probeOptions(stateDir), kvCache: true });

export interface Target {
  readonly url: string;
  stop(): Promise<void>;
}

/** The same Worker twice: on the local platform, and on miniflare's D1 and KV. */
export const targets: Readonly<Record<string, () => Promise<Target>>> = {
  'the data plane': async () => {
    const platform = await startProbePlatform();
    return { url: platform.deployments[0]?.urls.LHR ?? '', stop: platform.stop };
  },
  miniflare: async () => {
    const bindings = { d1Databases: ['SHARD_EU_1'], kvNamespaces: ['CACHE'] };
    const miniflare = await startMiniflare(PROBE_WORKER, bindings);
    return { url: (await miniflare.ready).href, stop: () => miniflare.dispose() };
  },
};
