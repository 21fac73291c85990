import { expect, test } from 'vitest';
import { timeOf } from './index.ts';

test('a virtual clock can be stepped', async () => {
  const { clock, advance } = timeOf('virtual');
  const startMs = clock.now();

  await advance(1_500);

  expect(clock.now() - startMs).toBe(1_500);
});

test('a real clock runs by itself, and cannot', async () => {
  const { clock, advance } = timeOf('real');

  await expect(advance(1_500)).rejects.toThrow('A real clock cannot be stepped.');

  expect(Math.abs(clock.now() - Date.now())).toBeLessThan(10_000);
});
