import fc from 'fast-check';
import { expect, test } from 'vitest';
import { VirtualClock } from '../clock/index.ts';
import { WriteLimit } from './write-limit.ts';

test('allows so many writes of a key in any second, and every write that keeps to it', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 3 }),
      fc.array(fc.tuple(fc.integer({ min: 0, max: 700 }), fc.constantFrom('a', 'b')), { maxLength: 30 }),
      async (perSecond, attempts) => {
        const clock = new VirtualClock();
        const limit = new WriteLimit(clock, perSecond);
        const written: { atMs: number; key: string }[] = [];

        for (const [stepMs, key] of attempts) {
          await clock.advance(stepMs);
          const recent = written.filter((write) => write.key === key && clock.now() - write.atMs < 1_000);
          const allowed = limit.allows(key);
          expect(allowed).toBe(recent.length < perSecond);
          if (allowed) {
            limit.count(key);
            written.push({ atMs: clock.now(), key });
          }
        }
      },
    ),
    { numRuns: 30 },
  );
});

test('without a limit allows everything and remembers nothing', () => {
  const limit = new WriteLimit(new VirtualClock(), null);

  for (let n = 0; n < 10; n++) limit.count('key');

  expect(limit.allows('key')).toBe(true);
  expect(limit.size).toBe(0);
});

test('remembers what counts however many keys are written in the meantime', async () => {
  const clock = new VirtualClock();
  const limit = new WriteLimit(clock, 2);
  limit.count('key');
  await clock.advance(900);
  limit.count('key');
  await clock.advance(100);

  for (let n = 0; n < 3_000; n++) limit.count(`${n}`);

  expect(limit.allows('key')).toBe(true);
  limit.count('key');
  expect(limit.allows('key')).toBe(false);
});

test('forgets keys that nobody writes any more', async () => {
  const clock = new VirtualClock();
  const limit = new WriteLimit(clock, 1);

  for (let second = 0; second < 10; second++) {
    for (let n = 0; n < 1_000; n++) limit.count(`${second}/${n}`);
    await clock.advance(1_000);
  }

  expect(limit.size).toBeLessThanOrEqual(2_048);
});
