import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { databaseFile } from './state.ts';
import { freshFolder } from './testing/fresh-folder.ts';
import { probeOptions } from './testing/targets.ts';
import { startWorkers } from './workers.ts';

describe('a start that cannot succeed', () => {
  test('names a taken port', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    const address = squatter.address();
    const port = typeof address === 'object' && address ? address.port : 0;

    await expect(startWorkers({ ...probeOptions(freshFolder()), port })).rejects.toThrow(
      `port_in_use: 127.0.0.1:${port}`,
    );

    squatter.close();
  });

  test.each([
    [
      'no SQLite file',
      (intact: Buffer) => Buffer.from('precious notes, not a database'.padEnd(intact.length, '.')),
    ],
    ['a truncated SQLite file', (intact: Buffer) => intact.subarray(0, 8_192)],
  ])('refuses %s and leaves it as it is', async (_, damage) => {
    const stateDir = freshFolder();
    const file = databaseFile(stateDir, 'shard-eu-1');
    await startWorkers(probeOptions(stateDir)).then((platform) => platform.stop());
    const damaged = damage(readFileSync(file));
    writeFileSync(file, damaged);

    await expect(startWorkers(probeOptions(stateDir))).rejects.toThrow(
      /^corrupt_state: .*shard-eu-1\.sqlite/,
    );
    expect(readFileSync(file)).toEqual(damaged);
  });

  test('shows why the Worker does not build', async () => {
    const entry = join(freshFolder(), 'broken.ts');
    writeFileSync(entry, 'export default {');

    await expect(startWorkers(probeOptions(freshFolder(), { entry }))).rejects.toThrow(
      /^worker_does_not_build: .*broken\.ts/s,
    );
  });

  test('shows why the Worker does not start, and gives the state back', async () => {
    const stateDir = freshFolder();
    const entry = join(import.meta.dirname, 'testing', 'no-worker.ts');

    await expect(startWorkers(probeOptions(stateDir, { entry }))).rejects.toThrow(
      /^start_failed: .*broken on purpose/s,
    );

    await startWorkers(probeOptions(stateDir)).then((platform) => platform.stop());
  });
});
