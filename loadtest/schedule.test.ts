import { expect, test } from 'vitest';
import type { Copies } from '../reference-worker/target/index.ts';
import { Schedule } from './schedule.ts';

const copies: Copies = {
  entries: {
    ...{ documents: 10, perAccount: 10, perCall: 10, freshWithinMs: 60_000 },
    refresh: { cron: '* * * * *', everyMs: 1, documentsPerRun: 10, olderThanMs: 0 },
    budget: { calls: 10, withinMs: 1_000 },
  },
};
const at = (seconds: number) => ({
  phases: [
    { name: 'ramp', seconds, share: 1, counts: false },
    { name: 'hold', seconds: 10, share: 1, counts: true },
  ],
  slowMotion: 1,
});

test('runs come at their interval, whether or not the one before has ended, and failures are kept', async () => {
  const asked: string[] = [];
  const cron = async (expression: string) => {
    asked.push(expression);
    if (asked.length === 1) return new Promise<never>(() => undefined);
    if (asked.length === 2) throw new Error('no answer');
    return [{ worker: 'one', outcome: asked.length === 3 ? 'exception' : 'ok' }];
  };

  const schedule = new Schedule({ cron }, copies, at(0));
  await expect.poll(() => asked.length).toBeGreaterThan(4);
  schedule.stop();

  expect(new Set(asked)).toEqual(new Set(['* * * * *']));
  expect(schedule.ran.failures).toEqual(['Error: no answer', 'one: exception']);
  expect(schedule.ran.runs).toBe(asked.length);
});

test('none comes before the first phase that counts, and none after the end', async () => {
  const counted = (seconds: number) => {
    const seen = { runs: 0 };
    const cron = async () => {
      seen.runs += 1;
      return [];
    };
    return { seen, schedule: new Schedule({ cron }, copies, at(seconds)) };
  };
  const [later, ended, now] = [counted(3_600), counted(0), counted(0)];
  ended.schedule.stop();

  await expect.poll(() => now.seen.runs).toBeGreaterThan(4);
  for (const { schedule } of [later, now]) schedule.stop();

  expect([later.seen.runs, ended.seen.runs]).toEqual([0, 0]);
});
