import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { PlatformError } from '../errors.ts';
import { freshFolder } from '../testing/fresh-folder.ts';
import { type ProbeRequest, probe } from '../testing/probe.ts';
import { probeOptions } from '../testing/targets.ts';
import { type Platform, startWorkers } from '../workers.ts';

const SELECT: ProbeRequest = { d1: [{ method: 'first', sql: 'SELECT 1 AS n' }] };
const GET: ProbeRequest = { kv: [{ method: 'get', key: 'key' }] };
const PATIENCE = { timeout: 20_000, interval: 10 };
const start = (behaviour: Parameters<typeof startWorkers>[0]['behaviour']): Promise<Platform> =>
  startWorkers({ ...probeOptions(freshFolder(), { kv: true }), behaviour });

/** The data plane as a process of threads: what its parts do together, seen from outside. */
describe('a data plane whose clock is virtual', () => {
  let platform: Platform;
  beforeAll(async () => {
    platform = await start({
      clock: 'virtual',
      latency: 'uk-eu',
      readReplication: 'auto',
      coldStarts: { EDI: 1 },
    });
  });
  afterAll(() => platform.stop());

  const ask = (request: ProbeRequest) => {
    const answered = vi.fn();
    const reply = probe(platform.deployments[0]?.urls.LHR ?? '', request).finally(answered);
    return { reply, answered };
  };
  const reasons = async () => (await platform.control.waiting()).map(({ reason }) => reason).sort();
  const seeWaiting = (...expected: string[]) =>
    vi.waitFor(async () => expect(await reasons()).toEqual(expected), PATIENCE);
  /** Replies cross two sockets after a step: each step is small, and time passes between them. */
  const stepUntilAnswered = (answered: () => void) =>
    vi.waitFor(async () => {
      await platform.control.advance(10);
      expect(answered).toHaveBeenCalled();
    }, PATIENCE);

  test('shows who waits for time, of databases and namespaces, and lets go when it is stepped', async () => {
    const [d1, kv] = [ask(SELECT), ask(GET)];
    await seeWaiting('network', 'store');
    await platform.control.advance(0);
    expect(await platform.control.waiting()).toContainEqual({
      reason: 'network',
      database: 'shard-eu-1',
      pop: 'LHR',
      sinceMs: Date.UTC(2026, 0, 1),
    });
    expect([d1, kv].map(({ answered }) => answered.mock.calls.length)).toEqual([0, 0]);

    await stepUntilAnswered(d1.answered);
    await stepUntilAnswered(kv.answered);

    expect((await d1.reply).outcomes).toEqual([{ value: { n: 1 } }]);
    expect((await kv.reply).outcomes).toMatchObject([{ value: { value: null } }]);
    await seeWaiting();
  });

  test('plans faults for its threads, namespaces and isolates, and gives one account of them', async () => {
    await platform.control.setFaults([
      { id: 'slow', kind: 'slow-shard', database: 'shard-eu-1', addMs: 1 },
      { id: 'kv', kind: 'kv-slow', addMs: 1 },
      { id: 'skew', kind: 'clock-skew', pop: 'MAN', skewMs: 5, forMs: 10 },
      { id: 'cold', kind: 'cold-isolate', pop: 'EDI', fromMs: 1_000_000 },
    ]);
    const { reply, answered } = ask({ ...SELECT, ...GET });
    await stepUntilAnswered(answered);
    await reply;

    expect(await platform.control.faultReports()).toMatchObject([
      { id: 'slow', count: 1, firings: [{ database: 'shard-eu-1', region: 'WEUR' }] },
      { id: 'kv', count: 1, firings: [{ namespace: 'cache', key: 'key' }] },
      { id: 'skew', count: 1, firings: [{ atMs: 0, pop: 'MAN' }] },
      { id: 'cold', count: 0, firings: [] },
    ]);
  });

  test('tells what its threads and namespaces have done since the start', async () => {
    const before = await platform.control.usage();
    const { reply, answered } = ask({ ...SELECT, ...GET });
    await stepUntilAnswered(answered);
    await reply;

    const after = await platform.control.usage();

    const served = ({ databases }: typeof before) =>
      databases.map(({ database, instance, requests }) => [`${database} ${instance}`, requests] as const);
    const rise = served(after).map(([name, requests], index) => [
      name,
      requests - (served(before)[index]?.[1] ?? 0),
    ]);
    expect(Object.fromEntries(rise)).toEqual({
      'accounts primary': 0,
      'accounts WEUR': 0,
      'accounts EEUR': 0,
      'shard-eu-1 primary': 1,
      'shard-eu-1 WEUR': 0,
      'shard-eu-1 EEUR': 0,
    });
    expect((after.kv[0]?.reads ?? 0) - (before.kv[0]?.reads ?? 0)).toBe(1);
    expect(after.eventLoopDelayP99Ms).toBeGreaterThan(0);
  });

  test('refuses a fault for a database that there is not', async () => {
    const set = platform.control.setFaults([
      { id: 'f', kind: 'slow-shard', addMs: 1, database: 'shard-us-1' },
    ]);

    await expect(set).rejects.toThrow(PlatformError);
    await expect(set).rejects.toThrow(
      /bad_fault: f: there is no database shard-us-1; known are accounts, shard-eu-1\./,
    );
  });
});

test('a real clock needs no steps and takes none', async () => {
  const platform = await start({ latency: 'uk-eu' });
  try {
    const { outcomes } = await probe(platform.deployments[0]?.urls.LHR ?? '', SELECT);

    expect(outcomes).toEqual([{ value: { n: 1 } }]);
    await expect(platform.control.advance(1)).rejects.toMatchObject({
      code: 'bad_command',
      message: expect.stringContaining('real_clock'),
    });
  } finally {
    await platform.stop();
  }
});
