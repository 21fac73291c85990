import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { placeShards, type SeededShard, seedShards, shardSeeds } from '../../../fixtures/index.ts';
import type { Platform } from '../../../reference-worker/local/index.ts';
import { sharedShardsData } from '../../../reference-worker/shared-shards/data/index.ts';
import { tokensSignedWith } from '../../../reference-worker/shared-shards/placements.ts';
import { startPlatform } from '../../../reference-worker/shared-shards/platform.ts';
import { topologies } from '../../../reference-worker/shared-shards/topologies.ts';
import { loadedAccount } from '../../journey/index.ts';
import { system } from '../../testing/reference.ts';

import { NEIGHBOUR_NAMES, neighbours, startNeighbour } from './index.ts';

const { signal } = new AbortController();
const root = mkdtempSync(join(tmpdir(), 'neighbours-'));
const secrets = {
  jwtSecret: 'a secret of thirty-two characters',
  sealSecret: 'another one, as long as the first',
};
/** An account for each neighbour: what one has created, the next would be refused. */
const topology = {
  ...topologies.shared,
  accounts: [
    ...topologies.shared.accounts,
    { id: 'elm', name: 'Elm Ltd', shardId: 'shard-eu-1', domains: [] },
  ],
};
let shards: SeededShard[];
let platform: Platform;

beforeAll(async () => {
  const accounts = topology.accounts.map(({ id }) => ({ id, size: 2e6, users: 20 }));
  shards = await seedShards(
    shardSeeds(sharedShardsData, { seed: 1, shards: [{ id: 'shard-eu-1', accounts }] }, root),
    signal,
  );
  const stateDir = join(root, 'state');
  await placeShards(shards, stateDir, signal);
  platform = await startPlatform({ topology, stateDir, kvCache: false, secrets });
});
afterAll(() => platform?.stop());

test.each(NEIGHBOUR_NAMES)(
  '%s makes requests that the Worker takes, and sees its own documents only',
  async (name) => {
    const at = NEIGHBOUR_NAMES.indexOf(name);
    const [deployment] = platform.deployments;
    const requests = async (): Promise<number> => {
      const { databases } = await platform.control.usage();
      return databases.reduce((sum, database) => sum + database.requests, 0);
    };
    const before = await requests();

    const neighbour = startNeighbour(
      { ...neighbours[name], pauseMs: 0 },
      {
        subject: { system },
        accounts: shards.flatMap(({ plans }) =>
          plans
            .slice(at, at + 1)
            .map((plan) => ({ plan, known: loadedAccount(plan, sharedShardsData.model, system) })),
        ),
        urls: Object.values(deployment?.urls ?? {}),
        tokenOf: tokensSignedWith(secrets.jwtSecret),
        seed: 1,
        limitMs: 60_000,
      },
    );
    await expect.poll(requests, { timeout: 30_000 }).toBeGreaterThan(before + 60);
    const tally = await neighbour.stop();

    expect(tally.requests).toBeGreaterThan(0);
    expect(tally).toMatchObject({ failures: 0, isolationViolations: 0, corruptBodies: 0 });
    expect(tally.documentsChecked > 0).toBe(['tenants', 'report-scans', 'ten-small-accounts'].includes(name));
  },
);
