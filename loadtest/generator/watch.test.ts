import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { canCountDescriptors, descriptorsPercent } from './descriptors.ts';
import { GeneratorWatch } from './watch.ts';

/** A watch of this very process, whose clocks a test sets. */
function watchWithClocks() {
  const clocks = { wall: 1000, monotonic: 0 };
  const watch = new GeneratorWatch([{ role: 'generator', name: 'k6', pid: process.pid }], {
    wallMs: () => clocks.wall,
    monotonicMs: () => clocks.monotonic,
  });
  const passes = async (wallMs: number, monotonicMs: number): Promise<void> => {
    clocks.wall += wallMs;
    clocks.monotonic += monotonicMs;
    await watch.sample();
  };
  return { watch, passes };
}

const forever = { name: 'hold', counts: true, fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };

describe('the clock', () => {
  test.each([
    ['forward', 6000],
    ['back', -4000],
  ])('that is set %s is seen', async (_, wallMs) => {
    const { watch, passes } = watchWithClocks();

    await passes(1000, 1000);
    await passes(wallMs, 1000);
    watch.stop();

    expect(watch.surroundings([]).clockJumpMs).toBe(5000);
  });

  test('that is slewed all day has not jumped', async () => {
    const { watch, passes } = watchWithClocks();

    for (let second = 0; second < 20; second += 1) await passes(1000.5, 1000);
    watch.stop();

    expect(watch.surroundings([]).clockJumpMs).toBeCloseTo(0.5, 6);
  });
});

test('CPU counts in the windows given, memory always', async () => {
  const { watch, passes } = watchWithClocks();

  await passes(1000, 1000);
  watch.stop();

  expect(watch.surroundings([forever]).machineFullPercent).not.toBeNaN();
  const outside = watch.surroundings([
    { ...forever, toMs: 1 },
    { ...forever, name: 'ramp', counts: false },
  ]);
  expect(outside.machineFullPercent).toBeNaN();
  expect(outside.machineFullPercentByPhase.get('ramp')).not.toBeNaN();
  expect(outside.processes[0]?.peakMemoryBytes).toBeGreaterThan(10e6);
});

describe.runIf(canCountDescriptors())('open files', () => {
  test('are a share of the limit, sockets among them', async () => {
    const before = descriptorsPercent(process.pid) ?? Number.NaN;
    const servers = Array.from({ length: 50 }, () => createServer().listen(0, '127.0.0.1'));
    await Promise.all(servers.map((server) => once(server, 'listening')));

    const during = descriptorsPercent(process.pid) ?? Number.NaN;
    for (const server of servers) server.close();

    expect(during).toBeGreaterThan(before);
    expect(during).toBeLessThanOrEqual(100);
  });

  test('of a process that has ended are not known', () => {
    expect(descriptorsPercent(2 ** 30)).toBeUndefined();
  });
});

test('what other processes use is told apart from what the run uses', async () => {
  // A whole core for a second or two, by a process that nobody watches.
  const other = spawn(process.execPath, ['-e', 'for (const end = Date.now() + 4_000; Date.now() < end; );']);
  const { watch, passes } = watchWithClocks();
  await passes(0, 0);
  await setTimeout(1_500);
  await passes(0, 0);
  watch.stop();
  const unwatched = watch.surroundings([forever]).cpu;

  other.kill();

  expect(unwatched.foreignPercent).toBeGreaterThan(20);
  expect(unwatched.busyPercent).toBeGreaterThan(0);
  expect(unwatched.busyPercent).toBeLessThanOrEqual(100);
  expect(watch.surroundings([{ ...forever, counts: false }]).cpu.foreignPercent).toBeNaN();
});
