import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../clock/index.ts';
import { PopCache } from './pop-cache.ts';

function open() {
  const clock = new VirtualClock();
  return { clock, cache: new PopCache<string | undefined>(clock) };
}

test('answers until the TTL is over', async () => {
  const { clock, cache } = open();
  cache.set('key', 'value', 60_000);

  await clock.advance(59_999);
  expect(cache.get('key', 60_000)).toMatchObject({ value: 'value' });

  await clock.advance(1);
  expect(cache.get('key', 60_000)).toBeUndefined();
});

test('holds that there was nothing, as different from holding nothing', () => {
  const { cache } = open();
  cache.set('none', undefined, 60_000);

  expect(cache.get('none', 60_000)).toMatchObject({ value: undefined });
  expect(cache.get('never read', 60_000)).toBeUndefined();
});

describe('a reader with another TTL', () => {
  test('gets nothing older than its own, and ends the entry for everyone', async () => {
    const { clock, cache } = open();
    cache.set('key', 'value', 300_000);
    await clock.advance(30_000);

    expect(cache.get('key', 30_000)).toBeUndefined();

    expect(cache.get('key', 300_000)).toBeUndefined();
  });

  test('shortens the time that is left when it is satisfied', async () => {
    const { clock, cache } = open();
    cache.set('key', 'value', 300_000);

    await clock.advance(29_999);
    expect(cache.get('key', 30_000)).toBeDefined();

    await clock.advance(1);
    expect(cache.get('key', 300_000)).toBeUndefined();
  });

  test('does not lengthen it', async () => {
    const { clock, cache } = open();
    cache.set('key', 'value', 30_000);
    cache.get('key', 300_000);

    await clock.advance(30_000);

    expect(cache.get('key', 300_000)).toBeUndefined();
  });
});

test('the end of what is cached beats the TTL', async () => {
  const { clock, cache } = open();
  cache.set('key', 'value', 300_000, clock.now() + 60_000);

  await clock.advance(60_000);

  expect(cache.get('key', 300_000)).toBeUndefined();
});

test('gives up what was dropped', () => {
  const { cache } = open();
  cache.set('key', 'value', 60_000);

  cache.delete('key');

  expect(cache.get('key', 60_000)).toBeUndefined();
});

test('stays small however many keys were read once', async () => {
  const { clock, cache } = open();

  for (let minute = 0; minute < 10; minute++) {
    for (let n = 0; n < 1_000; n++) cache.set(`${minute}/${n}`, undefined, 60_000);
    await clock.advance(60_000);
  }

  expect(cache.size).toBeLessThanOrEqual(2_048);
});
