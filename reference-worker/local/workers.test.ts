import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { POPS } from './pops.ts';
import { freshFolder } from './testing/fresh-folder.ts';
import { isAlive } from './testing/pids.ts';
import { type D1Call, probe } from './testing/probe.ts';
import { probeOptions, SECRET, startProbePlatform } from './testing/targets.ts';
import { type Platform, startWorkers } from './workers.ts';

const lhr = (platform: Platform) => platform.deployments[0]?.urls.LHR ?? '';
const pidsOf = (platform: Platform) => platform.processes.map(({ pid }) => pid);
const write: D1Call = { method: 'run', sql: 'INSERT INTO log DEFAULT VALUES' };
const createLog: D1Call = { method: 'exec', sql: 'CREATE TABLE IF NOT EXISTS log (n INTEGER PRIMARY KEY)' };

describe('a running platform', () => {
  const stateDir = freshFolder();
  let platform: Platform;
  beforeAll(async () => {
    platform = await startProbePlatform(stateDir);
  });
  afterAll(() => platform.stop());

  test.each(POPS)('serves %s with the request.cf of that PoP, whatever a client claims', async (pop) => {
    const claim = JSON.stringify({ colo: 'JFK', country: 'US' });
    const headers = { 'cf-blob': claim, 'x-cf-blob': claim, 'cf-ipcountry': 'US', 'x-pop': 'JFK' };

    const response = await fetch(`${platform.deployments[0]?.urls[pop]}/cf`, { headers });

    expect(await response.json()).toMatchObject({ colo: pop, country: 'GB' });
  });

  test('answers as a primary in western Europe would', async () => {
    const { outcomes } = await probe(lhr(platform), { d1: [{ method: 'all', sql: 'SELECT 1' }] });

    expect(outcomes[0]).toMatchObject({
      value: {
        meta: {
          served_by: expect.any(String),
          served_by_region: 'WEUR',
          served_by_primary: true,
          served_by_colo: expect.stringMatching(/^[A-Z]{3}$/),
          total_attempts: 1,
          timings: { sql_duration_ms: expect.any(Number) },
        },
      },
    });
  });

  test('holds the documented limit of 2,000,000 bytes, which workerd does not', async () => {
    const { outcomes } = await probe(lhr(platform), {
      d1: [
        { method: 'first', sql: 'SELECT length(zeroblob(1999000)) AS n' },
        { method: 'first', sql: 'SELECT length(zeroblob(2000001)) AS n' },
      ],
    });

    expect(outcomes).toEqual([
      { value: { n: 1_999_000 } },
      { error: 'D1_ERROR: string or blob too big: SQLITE_TOOBIG' },
    ]);
  });

  test('gives a bookmark with a write, and with an error', async () => {
    const session = 'first-primary';
    const url = lhr(platform);
    await probe(url, { d1: [createLog] });

    const first = await probe(url, { session, d1: [write] });
    const second = await probe(url, { session, d1: [write] });
    const failed = await probe(url, { session, d1: [{ method: 'run', sql: 'INSERT INTO nope VALUES (1)' }] });

    expect(first.bookmark).toMatch(/^[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{32}$/);
    expect(second.bookmark?.localeCompare(first.bookmark ?? '')).toBe(1);
    expect(failed).toMatchObject({ outcomes: [{ error: expect.any(String) }], bookmark: second.bookmark });
  });

  test('keeps its secrets off the disk', () => {
    const files = readdirSync(stateDir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'latin1'));

    expect(files.length).toBeGreaterThan(0);
    expect(files.some((content) => content.includes(SECRET))).toBe(false);
  });

  test('shares its state with no second platform', async () => {
    await expect(startWorkers(probeOptions(stateDir))).rejects.toMatchObject({ code: 'state_in_use' });
  });
});

test.each(['worker', 'data-plane'] as const)(
  'a %s that dies is reported, and the rest can be stopped',
  async (role) => {
    const platform = await startWorkers(probeOptions(freshFolder()));
    const victim = platform.processes.find((one) => one.role === role);

    process.kill(victim?.pid ?? Number.NaN, 'SIGKILL');

    expect(await platform.failed).toMatchObject({ ...victim, signal: 'SIGKILL' });
    await platform.stop();
    expect(pidsOf(platform).some(isAlive)).toBe(false);
  },
);

test('after a stop nothing runs, nothing has failed, and the next start goes on from there', async () => {
  const stateDir = freshFolder();
  const failed = vi.fn();
  const before = await startWorkers(probeOptions(stateDir));
  before.failed.then(failed);
  const written = await probe(lhr(before), { session: 'first-primary', d1: [createLog, write] });

  await before.stop();
  expect(pidsOf(before).some(isAlive)).toBe(false);

  const after = await startWorkers(probeOptions(stateDir));
  const read = await probe(lhr(after), {
    session: 'first-primary',
    d1: [{ method: 'all', sql: 'SELECT n FROM log' }],
  });
  await after.stop();
  expect(read.outcomes[0]).toMatchObject({ value: { results: [{ n: 1 }] } });
  expect(read.bookmark?.localeCompare(written.bookmark ?? '')).toBe(1);
  expect(failed).not.toHaveBeenCalled();
});
