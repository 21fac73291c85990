import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { databaseFile } from './state.ts';
import { freshFolder } from './testing/fresh-folder.ts';
import { type D1Call, probe } from './testing/probe.ts';
import { probeOptions } from './testing/targets.ts';
import { startWorker } from './worker.ts';
import { type Platform, startWorkers } from './workers.ts';

const CREATE: D1Call = { method: 'exec', sql: 'CREATE TABLE log (n INTEGER PRIMARY KEY, filler TEXT)' };
const WRITERS = 8;
const insert = (n: number): D1Call => ({
  method: 'run',
  sql: 'INSERT INTO log VALUES (?, ?)',
  params: [n, 'x'.repeat(3_000)],
});

/** Writes from several clients at once until the platform is ended; returns what was acknowledged. */
async function writeUntil(platform: Platform, end: () => Promise<unknown>): Promise<number[]> {
  const url = platform.deployments[0]?.urls.LHR ?? '';
  await probe(url, { d1: [CREATE] });
  const acknowledged: number[] = [];
  const write = async (writer: number): Promise<void> => {
    for (let n = writer; ; n += WRITERS) {
      const { outcomes } = await probe(url, { session: 'first-unconstrained', d1: [insert(n)] });
      if (outcomes[0] && 'value' in outcomes[0]) acknowledged.push(n);
      else return;
    }
  };
  // A Worker that goes away in the middle of a request is the point of the test, not its failure.
  const writers = Array.from({ length: WRITERS }, (_, writer) => write(writer).catch(() => undefined));
  await expect.poll(() => acknowledged.length, { timeout: 20_000 }).toBeGreaterThan(400);
  await end();
  await Promise.all(writers);
  return acknowledged;
}

describe('a database that is being written and read by replicas', () => {
  test.each([
    ['stopped', (platform: Platform) => platform.stop()],
    [
      'killed',
      async (platform: Platform) => {
        const dataPlane = platform.processes.find(({ role }) => role === 'data-plane');
        process.kill(dataPlane?.pid ?? Number.NaN, 'SIGKILL');
        await platform.failed;
        await platform.stop();
      },
    ],
  ])('opens clean after the platform was %s, with every acknowledged write', async (_, end) => {
    const stateDir = freshFolder();
    const platform = await startWorkers({ ...probeOptions(stateDir), behaviour: { latency: 'uk-eu' } });

    const acknowledged = await writeUntil(platform, () => end(platform));

    const database = new DatabaseSync(databaseFile(stateDir, 'shard-eu-1'));
    const stored = new Set(
      database
        .prepare('SELECT n FROM log')
        .all()
        .map(({ n }) => Number(n)),
    );
    const integrity = database.prepare('PRAGMA integrity_check').all();
    database.close();
    expect(integrity).toEqual([{ integrity_check: 'ok' }]);
    expect(acknowledged.filter((n) => !stored.has(n))).toEqual([]);
    expect(acknowledged.length).toBeGreaterThan(400);
  });
});

test('a slow query on one database does not stop another', async () => {
  const platform = await startWorker({
    entry: join(import.meta.dirname, 'testing', 'two-databases.ts'),
    stateDir: freshFolder(),
    databases: { SLOW: '', FAST: '' },
  });
  const url = platform.deployments[0]?.urls.LHR ?? '';
  const order: string[] = [];

  const slow = fetch(`${url}/slow`).then(() => order.push('slow'));
  for (let n = 0; n < 5; n++) await fetch(`${url}/fast`).then(() => order.push('fast'));
  await slow;

  await platform.stop();
  expect(order.indexOf('slow')).toBe(5);
});
