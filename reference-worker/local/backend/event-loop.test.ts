import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { watchEventLoop } from './event-loop.ts';

/** As SQL that takes long does. */
function block(ms: number): void {
  const endMs = performance.now() + ms;
  while (performance.now() < endMs);
}

test('tells how late a blocked event loop runs, and nothing before it has looked', async () => {
  const delayP99Ms = watchEventLoop();
  const atFirst = delayP99Ms();

  for (let times = 0; times < 3; times++) {
    await delay(20);
    block(60);
  }
  await delay(1);

  expect(atFirst).toBe(0);
  // 60 ms, of which up to 10 had passed since it last looked or would have passed anyway.
  expect(delayP99Ms()).toBeGreaterThan(39);
});
