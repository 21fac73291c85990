import { join } from 'node:path';
import { prepareDatabase } from '../state.ts';
import { type Platform, startWorkers, type WorkersOptions } from '../workers.ts';
import { freshFolder } from './fresh-folder.ts';
import { startMiniflare } from './miniflare.ts';

const PROBE_WORKER = join(import.meta.dirname, 'probe-worker.ts');
export const SECRET = 'jwt "secret" \\ with\nescapes';

interface Probed {
  /** Whether it has a KV namespace, too. */
  readonly kv?: boolean;
  /** Another Worker. */
  readonly entry?: string;
}

/** The probe Worker on two empty databases. */
export const probeOptions = (
  stateDir: string,
  { kv = false, entry = PROBE_WORKER }: Probed = {},
): WorkersOptions => ({
  stateDir,
  prepare: () => ['accounts', 'shard-eu-1'].map((id) => prepareDatabase(stateDir, id, () => undefined)),
  workers: [
    {
      name: 'shared',
      source: { entry },
      databases: { ACCOUNTS: 'accounts', SHARD_EU_1: 'shard-eu-1' },
      namespaces: kv ? { CACHE: 'cache' } : {},
      vars: {},
      secrets: { JWT_SECRET: SECRET },
    },
  ],
});

export const startProbePlatform = (stateDir = freshFolder()): Promise<Platform> =>
  startWorkers(probeOptions(stateDir, { kv: true }));

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
